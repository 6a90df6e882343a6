/** All that wait for one signal. */
interface Waiting {
  readonly works: Set<() => void>;
  readonly listener: () => void;
}

const waitings = new WeakMap<AbortSignal, Waiting>();

/**
 * Does something when a signal aborts, and returns what undoes that. One listener serves all that wait for the same signal: Node warns of a
 * leak at the eleventh, and a caller may well give one signal to fifty tasks.
 *
 * @param work - a function of its own for each call
 */
export function onAbort(signal: AbortSignal, work: () => void): () => void {
  const waiting = waitings.get(signal) ?? listen(signal);
  waiting.works.add(work);
  return () => {
    waiting.works.delete(work);
    if (waiting.works.size > 0) return;
    signal.removeEventListener('abort', waiting.listener);
    waitings.delete(signal);
  };
}

function listen(signal: AbortSignal): Waiting {
  const works = new Set<() => void>();
  const waiting = { works, listener: () => { for (const work of [...works]) work(); } };
  waitings.set(signal, waiting);
  signal.addEventListener('abort', waiting.listener);
  return waiting;
}
