import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { isAside } from '../output/isAside.js';

/** What an update shows of the model behind an agent. */
export interface Sign {
  /** It is at work: it speaks, thinks, plans or calls a tool, and this is no rest of what it was at before. */
  readonly isLife: boolean;
  /** It has begun another answer, by what the agent says of it. */
  readonly isNewAnswer: boolean;
  /** What it had called is done, so that what comes next is another answer. */
  readonly isBoundary: boolean;
}

const NOTHING: Sign = { isLife: false, isNewAnswer: false, isBoundary: false };
const LIFE: Sign = { ...NOTHING, isLife: true };

/**
 * Reads signs of life in the updates of a session. Much of what an agent sends is none: lists of commands, modes, titles, its own words
 * beside the conversation, an echo of the prompt, the end of a tool call that was cancelled.
 */
export function createPulse(): { read(this: void, update: SessionUpdate): Sign } {
  const known = new Set<string>();
  const open = new Set<string>();
  let isSpeaking = false;

  /** By the id of its message, or by the kind: a model thinks before it speaks. */
  function speech(kind: 'message' | 'thought', id: unknown): Sign {
    const isNext = isSpeaking && kind === 'thought';
    isSpeaking = kind === 'message';
    if (typeof id !== 'string' || id === '') return { ...LIFE, isNewAnswer: isNext };
    if (known.has(id)) return NOTHING;
    known.add(id);
    return { ...LIFE, isNewAnswer: true };
  }

  function call(id: unknown, status: unknown): Sign {
    const isLife = !known.has(`call ${String(id)}`);
    known.add(`call ${String(id)}`);
    isSpeaking = false;
    if (status !== 'completed' && status !== 'failed') {
      if (isLife) open.add(String(id));
      return isLife ? LIFE : NOTHING;
    }
    open.delete(String(id));
    return { ...NOTHING, isLife, isBoundary: open.size === 0 };
  }

  return {
    read(update) {
      switch (update.sessionUpdate) {
        case 'agent_message_chunk': case 'agent_thought_chunk': {
          const { text } = Object(update.content) as { text?: unknown };
          if (text === '' || (typeof text === 'string' && isAside(text, update._meta))) return NOTHING;
          return speech(update.sessionUpdate === 'agent_message_chunk' ? 'message' : 'thought', update.messageId);
        }
        case 'tool_call': case 'tool_call_update': return call(update.toolCallId, update.status);
        case 'plan': return LIFE;
        default: return NOTHING;
      }
    },
  };
}
