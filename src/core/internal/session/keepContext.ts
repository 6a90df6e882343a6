type Enter = (work: () => void) => void;

interface Resource { runInAsyncScope(work: () => void): void }

/** What platforms have for it: the standard to be, and Node's own. */
interface Platform {
  readonly AsyncContext?: { readonly Snapshot: new () => { run: Enter } };
  readonly process?: {
    getBuiltinModule?(name: string): { readonly AsyncResource?: new (type: string, options: object) => Resource } | undefined;
  };
}

// Nothing is to be told of its end, which it would have to be watched for: with `AsyncLocalStorage.snapshot()` a waiting task took 20 µs.
const UNWATCHED = { requireManualDestroy: true };

/** Keeps the asynchronous context of the moment, such as what an AsyncLocalStorage holds, and answers with what does something in it. */
export function keepContext(): Enter {
  const { AsyncContext, process } = globalThis as unknown as Platform;
  if (AsyncContext !== undefined) {
    const kept = new AsyncContext.Snapshot();
    return (work) => { kept.run(work); };
  }
  const AsyncResource = process?.getBuiltinModule?.('node:async_hooks')?.AsyncResource;
  if (AsyncResource === undefined) return (work) => { work(); };
  const kept = new AsyncResource('sidestream', UNWATCHED);
  return (work) => { kept.runInAsyncScope(work); };
}
