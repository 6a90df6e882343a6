import type { Inbox } from '../../inbox/inbox.js';
import { askWithInbox } from '../shared/askWithInbox.js';
import { reading } from './reading.js';

/** A message of chat-completions, and of the Responses API alike. */
export interface UserMessage {
  role: 'user';
  content: string;
}

/**
 * Asks a model, and tells it what has ended: puts that as a user message at the end of the conversation, where no call waits for its
 * answer, and then asks.
 *
 * It is told when `ask` resolves, and so is what answers of `callTools` tell in the messages. Where `ask` rejects, the message is taken out
 * again; what has ended is then told again, unless it stands in the messages that are sent next. So let `ask` wait for the end of a stream:
 * `() => client.chat.completions.stream(…).finalChatCompletion()`.
 *
 * To wake a parent that is idle use `inbox.deliver`.
 *
 * ```ts
 * import OpenAI from 'openai';
 * import { createSession } from 'sidestream';
 * import { withInbox } from 'sidestream/openai';
 * import { createInbox } from 'sidestream/inbox';
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
export const withInbox = <T>(inbox: Inbox, messages: (UserMessage | object)[], ask: () => PromiseLike<T> | T): Promise<T> =>
  askWithInbox(inbox, messages, reading, ask);
