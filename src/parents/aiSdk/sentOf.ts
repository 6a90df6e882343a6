import type { Sent } from '../../inbox/inbox.js';
import { textsIn } from '../shared/textsIn.js';
import type { ModelMessage } from './sdk.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly toolCallId?: string;
  readonly output?: unknown;
}

/** Of an output with files beside its texts, the texts. */
const textsOf = (output: unknown): unknown => {
  const { type, value } = Object(output) as { readonly type?: unknown; readonly value?: unknown };
  return type === 'content' ? textsIn(value) : output;
};

/** Where messages tell what has ended. */
export const sentOf = (messages: readonly ModelMessage[]): Sent => ({
  *answers() {
    for (const { content } of messages) {
      if (typeof content === 'string') continue;
      for (const { type, toolCallId = '', output } of content as readonly Part[]) {
        if (type === 'tool-result') yield [toolCallId, textsOf(output)];
      }
    }
  },
  *texts() {
    for (const { role, content } of messages) {
      if (role !== 'user') continue;
      if (typeof content === 'string') yield content;
      else for (const { text } of content as readonly Part[]) if (typeof text === 'string') yield text;
    }
  },
});
