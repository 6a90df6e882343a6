import type { Delegator } from '../../core/agent.js';
import { refusalOf } from '../answers/refusalOf.js';
import type { Tool, ToolAnswer } from '../tool.js';
import type { Hearing } from './hearing.js';
import { hearingOf } from './hearingOf.js';

/** The same tool; its scope knows of each call that it is being answered, and when that is over. */
export const counted = (scope: Delegator, tool: Tool): Tool => Object.freeze({
  ...tool,
  execute: async (input, options) => {
    const hearing = hearingOf(scope);
    if (hearing.watchers === 0) return kept(hearing, await tool.execute(input, options));
    const { callId } = options ?? {};
    const owner = callId === undefined ? undefined : hearing.ownerOf(callId);
    hearing.calls += 1;
    owner?.began(callId!);
    try {
      return await kept(hearing, await tool.execute(input, options));
    } finally {
      hearing.calls -= 1;
      owner?.answered(callId!);
      hearing.changed();
    }
  },
} satisfies Tool);

/** An answer goes out when what it tells is kept. */
async function kept(hearing: Hearing, answer: ToolAnswer): Promise<ToolAnswer> {
  try {
    const settled = hearing.settled();
    if (settled !== undefined) await settled;
    return answer;
  } catch (error) {
    return refusalOf(error);
  }
}
