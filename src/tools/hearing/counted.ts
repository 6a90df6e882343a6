import type { Delegator } from '../../core/agent.js';
import type { Tool } from '../tool.js';
import { hearingOf } from './hearingOf.js';

/** The same tool; its scope knows of each call that it is being answered, and when that is over. */
export const counted = (scope: Delegator, tool: Tool): Tool => Object.freeze({
  ...tool,
  execute: async (input, options) => {
    const hearing = hearingOf(scope);
    if (hearing.watchers === 0) return tool.execute(input, options);
    const { callId } = options ?? {};
    const owner = callId === undefined ? undefined : hearing.ownerOf(callId);
    hearing.calls += 1;
    owner?.began(callId!);
    try {
      return await tool.execute(input, options);
    } finally {
      hearing.calls -= 1;
      owner?.answered(callId!);
      hearing.changed();
    }
  },
} satisfies Tool);
