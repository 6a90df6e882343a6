import { A_FUNCTION, check } from '../../core/check.js';
import type { Inbox } from '../../tools/inbox.js';

/** A message of the conversation, as far as it is looked at. */
interface Message {
  readonly role: string;
  readonly content: string | readonly { readonly type: string }[];
}

/**
 * Asks a model, and tells it what has ended: as a user message at the end of the conversation, behind the results of calls and never before
 * them.
 *
 * It counts as told when `ask` resolves. Where `ask` rejects, the message is taken out again and what has ended comes back. So let `ask`
 * wait for the end of a stream: `() => client.messages.stream(…).finalMessage()`. For a tool runner there is `turnsWithInbox`.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { withInbox } from 'sidestream/anthropic';
 * import { createInbox } from 'sidestream/tools';
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
 * @throws InvalidArgumentError where `ask` is no function, and whatever `ask` throws
 */
export async function withInbox<T>(inbox: Inbox, messages: (Message | object)[], ask: () => PromiseLike<T> | T): Promise<T> {
  check('ask', ask, A_FUNCTION);
  const last = messages.at(-1) as Message | undefined;
  const awaitsResults = typeof last?.content === 'object' && last.content.some(({ type }) => type === 'tool_use');
  const batch = awaitsResults ? undefined : inbox.lease();
  if (batch === undefined) return ask();
  const message = { role: 'user', content: batch.text };
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
