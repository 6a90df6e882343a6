import type { Sent } from '../../inbox/inbox.js';
import type { Reading } from '../shared/askWithInbox.js';
import { textsIn } from '../shared/textsIn.js';
import { isAwaitingAnswers } from './isAwaitingAnswers.js';

/** A message of chat-completions, or an item of the Responses API. */
interface Entry {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
  readonly tool_call_id?: string;
  readonly call_id?: string;
  readonly output?: unknown;
}

/** An answer of either API, as far as it is looked at. */
interface Answer {
  readonly choices?: readonly { readonly message?: { readonly tool_calls?: readonly { readonly id?: string }[] | null } }[];
  readonly output?: readonly { readonly type?: string; readonly call_id?: string }[];
}

function sentOf(entries: readonly object[]): Sent {
  return {
    *answers() {
      for (const { tool_call_id, type, call_id, content, output } of entries as readonly Entry[]) {
        if (tool_call_id !== undefined) yield [tool_call_id, content];
        if (type === 'function_call_output') yield [call_id ?? '', textsIn(output)];
      }
    },
    *texts() {
      for (const { role, content } of entries as readonly Entry[]) {
        if (role !== 'user') continue;
        if (typeof content === 'string') yield content;
        else for (const { text } of content ?? []) if (typeof text === 'string') yield text;
      }
    },
  };
}

function callsOf(answer: unknown): readonly string[] {
  const { choices, output } = Object(answer) as Answer;
  const chat = Array.isArray(choices) ? (choices as Answer['choices'])?.[0]?.message?.tool_calls?.map(({ id }) => id) : undefined;
  const items = Array.isArray(output) ? (output as Answer['output'])?.map(({ call_id }) => call_id) : undefined;
  return [...chat ?? [], ...items ?? []].filter((id) => typeof id === 'string');
}

/** How the messages of chat-completions are read, and the items of the Responses API alike. */
export const reading: Reading<object> = { isOpen: isAwaitingAnswers, sentOf, callsOf };
