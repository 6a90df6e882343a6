import type { Sent } from '../../inbox/inbox.js';
import type { Reading } from '../shared/askWithInbox.js';
import { textsIn } from '../shared/textsIn.js';

/** A block of a message, as far as it is looked at. */
interface Block {
  readonly type?: string;
  readonly id?: string;
  readonly text?: string;
  readonly tool_use_id?: string;
  readonly content?: unknown;
}

interface Message {
  readonly role?: string;
  readonly content?: string | readonly Block[] | null;
}

const blocksOf = (message: object | undefined): readonly Block[] => {
  const { content } = (message ?? {}) as Message;
  return Array.isArray(content) ? content as readonly Block[] : [];
};

function sentOf(messages: readonly object[]): Sent {
  return {
    *answers() {
      for (const message of messages) {
        for (const { type, tool_use_id, content } of blocksOf(message)) {
          if (type === 'tool_result') yield [tool_use_id ?? '', textsIn(content)];
        }
      }
    },
    *texts() {
      for (const message of messages as readonly Message[]) {
        if (message.role !== 'user') continue;
        if (typeof message.content === 'string') yield message.content;
        for (const { type, text } of blocksOf(message)) if (type === 'text' && typeof text === 'string') yield text;
      }
    },
  };
}

/** How the messages of Anthropic's are read. */
export const reading: Reading<object> = {
  isOpen: (messages) => blocksOf(messages.at(-1)).some(({ type }) => type === 'tool_use'),
  sentOf,
  callsOf: (answer) => blocksOf(Object(answer) as object).flatMap(({ type, id }) => type === 'tool_use' && id !== undefined ? [id] : []),
};
