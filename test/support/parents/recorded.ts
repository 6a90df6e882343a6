import type { Tool, ToolAnswer } from '../../../src/tools/index.js';

/** One call of a tool, as it reached the tool. */
export interface Recorded {
  readonly name: string;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
  /** Once it was answered. */
  answer?: ToolAnswer;
}

/** The same tools; every call of them is noted in `calls`. */
export function recorded<T extends Readonly<Record<string, Tool>>>(tools: T, calls: Recorded[]): T {
  const watched = (tool: Tool): Tool => ({
    ...tool,
    execute: async (input, options) => {
      const call: Recorded = { name: tool.name, input, signal: options?.abortSignal };
      calls.push(call);
      call.answer = await tool.execute(input, options);
      return call.answer;
    },
  });
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, watched(tool)])) as unknown as T;
}
