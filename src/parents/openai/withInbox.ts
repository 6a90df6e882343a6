import { A_FUNCTION, check, type Kind } from '../../core/check.js';
import type { Inbox } from '../../tools/inbox.js';
import { isAwaitingAnswers } from './isAwaitingAnswers.js';

/** A message of chat-completions, and of the Responses API alike. */
export interface UserMessage {
  role: 'user';
  content: string;
}

const AN_INBOX: Kind = [(value) => typeof (value as Partial<Inbox> | null | undefined)?.lease === 'function', 'an inbox'];
const A_LIST: Kind = [Array.isArray, 'the list of messages, or of input items'];

/**
 * Asks a model, and tells it what has ended: puts that as a user message at the end of the conversation, where no call waits for its
 * answer, and then asks.
 *
 * It counts as told when `ask` resolves. Where `ask` rejects, the message is taken out again and what has ended comes back. So let `ask`
 * wait for the end of a stream: `() => client.chat.completions.stream(…).finalChatCompletion()`.
 *
 * To wake a parent that is idle use `inbox.deliver`.
 *
 * ```ts
 * import OpenAI from 'openai';
 * import { createSession } from 'sidestream';
 * import { withInbox } from 'sidestream/openai';
 * import { createInbox } from 'sidestream/tools';
 *
 * const session = createSession();
 * const client = new OpenAI({ apiKey: 'none', fetch: async (_, { body } = {}) => { // no network here
 *   const { messages } = JSON.parse(String(body)) as OpenAI.ChatCompletionCreateParams;
 *   const content = JSON.stringify(messages.at(-1)).includes('has ended') ? 'I have heard of it.' : 'I have heard nothing.';
 *   return Response.json({ choices: [{ message: { role: 'assistant', content } }] });
 * } });
 *
 * session.delegate(({ goal }) => [goal], { goal: 'hello' });
 * const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Go on.' }];
 * const asked = await withInbox(createInbox(session), messages, () => client.chat.completions.create({ model: 'gpt', messages }));
 * console.log(asked.choices[0]?.message.content, messages.length); // I have heard of it. 2
 * ```
 *
 * @param messages - the conversation that `ask` sends: it is added to
 * @throws InvalidArgumentError where an argument is not what it should be, and whatever `ask` throws
 */
export async function withInbox<T>(inbox: Inbox, messages: (UserMessage | object)[], ask: () => PromiseLike<T> | T): Promise<T> {
  check('inbox', inbox, AN_INBOX);
  check('messages', messages, A_LIST);
  check('ask', ask, A_FUNCTION);
  const batch = isAwaitingAnswers(messages) ? undefined : inbox.lease();
  if (batch === undefined) return ask();
  const message: UserMessage = { role: 'user', content: batch.text };
  messages.push(message);
  try {
    const answer = await ask();
    batch.acknowledge();
    return answer;
  } catch (error) {
    const at = messages.indexOf(message);
    if (at >= 0) messages.splice(at, 1);
    batch.release();
    throw error;
  }
}
