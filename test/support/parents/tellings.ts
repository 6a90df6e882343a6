import type { ModelRequest } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';

/** What a model was told of one of its calls. */
export interface Telling {
  readonly name: string;
  /** As it was sent. */
  readonly arguments: string;
  readonly text: string;
  /** The text as JSON; without any field where it is none. */
  readonly answer: Answered;
}

/** The fields that specs read of an answer, whichever tool it is of. */
export interface Answered {
  readonly ok?: boolean;
  readonly task_id: string;
  readonly summary: string;
  readonly tasks: readonly { readonly task_id: string }[];
  readonly ended?: readonly unknown[];
}

/** The answers in a request, each with the call that it is the answer of, in their order. One without a call is a mistake of the parent. */
export function tellings({ messages }: Pick<ModelRequest, 'messages'>): readonly Telling[] {
  return messages.flatMap((message, at) => {
    if (message.role !== 'tool') return [];
    // The last call of that id, since some clients count each turn's from nought.
    const calls = messages.slice(0, at).flatMap(({ tool_calls = [] }) => tool_calls);
    const call = calls.findLast(({ id }) => id === message.tool_call_id);
    if (call === undefined) throw new Error(`An answer to no call: ${JSON.stringify(message)}`);
    const text = wordsOf(message);
    return [{ name: call.function.name, arguments: call.function.arguments, text, answer: parsed(text) }];
  });
}

/** The answers to the last calls only. */
export function lastTellings({ messages }: Pick<ModelRequest, 'messages'>): readonly Telling[] {
  const at = messages.findLastIndex(({ tool_calls = [] }) => tool_calls.length > 0);
  return tellings({ messages: at < 0 ? [] : messages.slice(at) });
}

function parsed(text: string): Answered {
  try {
    return JSON.parse(text) as Answered;
  } catch {
    return {} as Answered;
  }
}
