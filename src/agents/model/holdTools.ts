import type { ToolSet } from './aiSdk.js';

/** Tools, and what of their work is still going on. */
export interface HeldTools {
  readonly tools: ToolSet;
  /** Resolves when all calls have settled. A tool need not obey its signal, and the SDK does not wait for it. */
  readonly settled: () => Promise<void>;
}

/** The same tools, with an eye on which of their calls are still running. */
export function holdTools(tools: ToolSet): HeldTools {
  const running = new Set<PromiseLike<unknown>>();
  const held = Object.entries(tools).map(([name, tool]) => {
    const { execute } = tool as { readonly execute?: ((...args: readonly unknown[]) => unknown) | undefined };
    if (execute === undefined) return [name, tool];
    return [name, {
      ...tool,
      execute: (...args: readonly unknown[]) => {
        const answer = execute.apply(tool, [...args]);
        if (typeof (Object(answer) as Partial<PromiseLike<unknown>>).then !== 'function') return answer;
        const call = answer as PromiseLike<unknown>;
        const end = (): void => { running.delete(call); };
        running.add(call);
        call.then(end, end);
        return call;
      },
    }];
  });
  return {
    tools: Object.fromEntries(held) as ToolSet,
    settled: async () => { while (running.size > 0) await Promise.allSettled(running); },
  };
}
