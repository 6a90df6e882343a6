type Enter = (work: () => void) => void;

/** What platforms have for it: the standard to be, and Node's own. */
interface Platform {
  readonly AsyncContext?: { readonly Snapshot: new () => { run: Enter } };
  readonly process?: { getBuiltinModule?(name: string): { readonly AsyncLocalStorage?: { snapshot?(): Enter } } | undefined };
}

/** Keeps the asynchronous context of the moment, such as what an AsyncLocalStorage holds, and answers with what does something in it. */
export function keepContext(): Enter {
  const { AsyncContext, process } = globalThis as unknown as Platform;
  if (AsyncContext !== undefined) {
    const kept = new AsyncContext.Snapshot();
    return (work) => { kept.run(work); };
  }
  return process?.getBuiltinModule?.('node:async_hooks')?.AsyncLocalStorage?.snapshot?.() ?? ((work) => { work(); });
}
