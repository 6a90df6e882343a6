import type { Tool, Toolset } from '../../../src/tools/index.js';

/** The same tools, around whose calls something may happen. */
export function around(tools: Toolset, now: () => void): Readonly<Record<string, Tool>> {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, {
    ...tool,
    execute: async (input, options) => {
      now();
      const answer = await tool.execute(input, options);
      now();
      return answer;
    },
  } satisfies Tool]));
}
