/** A signal that knows how many listeners it has. */
export function spySignal(): { readonly signal: AbortSignal; abort(): void; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (...given: Parameters<typeof add>) => {
      listeners.add(given[1]);
      add(...given);
    },
    removeEventListener: (...given: Parameters<typeof remove>) => {
      listeners.delete(given[1]);
      remove(...given);
    },
  });
  return { signal, abort: () => { controller.abort(); }, listeners: () => listeners.size };
}
