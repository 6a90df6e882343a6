import { A_FUNCTION, check, type Kind } from '../../core/check.js';
import type { Inbox } from '../../inbox/inbox.js';
import { AN_INBOX } from './anInbox.js';

const A_LIST: Kind = [Array.isArray, 'the list of messages, or of input items'];

/**
 * Asks a model, with what has ended as a user message at the end of the conversation. It counts as told when `ask` resolves; where that
 * rejects, the message is taken out again and what has ended comes back.
 *
 * @param isOpen - whether a call of the conversation waits for its answer: nothing may stand between the two
 */
export async function askWithInbox<M extends object, T>(
  inbox: Inbox, messages: M[], isOpen: (messages: readonly M[]) => boolean, ask: () => PromiseLike<T> | T,
): Promise<T> {
  check('inbox', inbox, AN_INBOX);
  check('messages', messages, A_LIST);
  check('ask', ask, A_FUNCTION);
  const batch = isOpen(messages) ? undefined : inbox.lease();
  if (batch === undefined) return ask();
  const message = { role: 'user', content: batch.text } as unknown as M;
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
