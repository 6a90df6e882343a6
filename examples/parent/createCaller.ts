import type { Toolset } from 'sidestream/tools';
import type { Answer, Call, Printer } from './printer.js';

/** Calls a tool by name, shows the call and its answer, and hands the answer back. */
export type Caller = (tool: keyof Toolset, input: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** The parent's one way to its children. A model would have the same one, only that it chooses the calls itself. */
export function createCaller(tools: Toolset, printer: Printer, signal: AbortSignal): Caller {
  const started = performance.now();
  return async (tool, input) => {
    signal.throwIfAborted();
    const call: Call = { at: Math.round(performance.now() - started) / 1_000, tool, input };
    printer.called(call);
    const answer: Answer = { ...(await tools[tool].execute(input, { abortSignal: signal })) };
    // After an interrupt, the answers of calls that were under way are nobody's business any more.
    signal.throwIfAborted();
    printer.answered(call, answer);
    return answer;
  };
}
