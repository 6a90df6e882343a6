import type { AgentInputItem } from '@openai/agents';
import { textsIn } from '../shared/textsIn.js';

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly callId?: string;
  readonly output?: unknown;
  readonly content?: string | readonly { readonly text?: string }[];
}

/** Where the items of an input tell what has ended. */
export const sentOf = (items: readonly AgentInputItem[]) => ({
  *answers(): Generator<readonly [string, unknown]> {
    for (const { type, callId = '', output } of items as readonly Item[]) {
      if (type === 'function_call_result') yield [callId, textsIn(output)];
    }
  },
  *texts(): Generator<string> {
    for (const { role, content = [] } of items as readonly Item[]) {
      if (role !== 'user') continue;
      if (typeof content === 'string') yield content;
      else for (const { text } of content) if (typeof text === 'string') yield text;
    }
  },
});
