import type { Inbox } from '../../inbox/inbox.js';
import { askWithInbox } from '../shared/askWithInbox.js';
import { reading } from './reading.js';

/** A message of the conversation, as far as it is looked at. */
interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly type: string }[];
}

/**
 * Asks a model, and tells it what has ended: as a user message at the end of the conversation, behind the results of calls and never before
 * them.
 *
 * It is told when `ask` resolves, and so is what answers of `callTools` tell in the messages. Where `ask` rejects, the message is taken out
 * again; what has ended is then told again, unless it stands in the messages that are sent next. So let `ask` wait for the end of a stream:
 * `() => client.messages.stream(…).finalMessage()`. For a tool runner there is `turnsWithInbox`.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { withInbox } from 'sidestream/anthropic';
 * import { createInbox } from 'sidestream/inbox';
 *
 * const session = createSession();
 * session.delegate(({ goal }) => [goal], { goal: 'hello' });
 * const messages = [{ role: 'user', content: 'Go on.' }];
 * await withInbox(createInbox(session), messages, async () => { // () => client.messages.create({ model, max_tokens, messages, tools })
 *   console.log(messages[1]?.content.split('\n')[0]); // A background task has ended.
 * });
 * ```
 *
 * @param messages - the conversation that `ask` sends: it is added to
 * @throws InvalidArgumentError where an argument is not what it should be, and whatever `ask` throws
 */
export const withInbox = <T>(inbox: Inbox, messages: (Message | object)[], ask: () => PromiseLike<T> | T): Promise<T> =>
  askWithInbox(inbox, messages, reading, ask);
