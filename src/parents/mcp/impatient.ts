import { z } from 'zod';
import { AN_OBJECT, check } from '../../core/check.js';
import type { Tool, ToolAnswer } from '../../tools/tool.js';
import type { Tools } from '../shared/tools.js';

/**
 * The same tools, of which those that wait do so at most so many seconds: what was asked beyond is shortened, and where that was too short
 * the answer says so.
 */
export const impatient = (tools: Tools, seconds: number): Tools => {
  check('toolset', tools, AN_OBJECT);
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, shortenedTool(tool, seconds)]));
};

function shortenedTool(tool: Tool, seconds: number): Tool {
  const { inputSchema } = Object(tool) as Tool;
  if (!(inputSchema instanceof z.ZodObject) || inputSchema.shape['timeout'] === undefined) return tool;
  const timeout = inputSchema.shape['timeout'] as z.ZodType;
  const words = `Seconds to wait at most; 0 only looks. Default and most ${seconds}: what takes longer answers timed_out; then call again.`;
  return Object.freeze({
    ...tool,
    inputSchema: inputSchema.extend({ timeout: timeout.describe(words) }),
    execute: async (input, options) => {
      const asked = Object(input) as { readonly timeout?: unknown };
      // What is no timeout is for the tool to refuse.
      const isLonger = asked.timeout == null || (Number.isFinite(asked.timeout) && (asked.timeout as number) > seconds);
      if (!isLonger || typeof input !== 'object') return tool.execute(input, options);
      const answer = await tool.execute({ ...asked, timeout: seconds }, options);
      return answer['timed_out'] === true ? shortened(answer, seconds) : answer;
    },
  } satisfies Tool);
}

function shortened(answer: ToolAnswer, seconds: number): ToolAnswer {
  const said = typeof answer['message'] === 'string' ? ` ${answer['message']}` : '';
  const message = `The wait was shortened to ${seconds} seconds, since hosts drop calls that take longer; call again to wait on.${said}`;
  return { ...answer, message };
}
