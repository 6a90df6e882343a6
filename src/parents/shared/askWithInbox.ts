import { A_FUNCTION, check, type Kind } from '../../core/check.js';
import type { Inbox, InboxTurn, Sent } from '../../inbox/inbox.js';
import { AN_INBOX } from './anInbox.js';

const A_LIST: Kind = [Array.isArray, 'the list of messages, or of input items'];

/** How a provider's messages are read. */
export interface Reading<M> {
  /** Whether a call of the conversation waits for its answer: nothing may stand between the two. */
  isOpen(this: void, messages: readonly M[]): boolean;
  /** Where it tells what has ended. */
  sentOf(this: void, messages: readonly M[]): Sent;
  /** The ids of the calls that an answer asks for, where it is one of the provider's. */
  callsOf(this: void, answer: unknown): readonly string[];
}

/** By the list of messages: asked with the same, it is the same loop. */
const turns = new WeakMap<Inbox, WeakMap<object, InboxTurn>>();

function turnOf(inbox: Inbox, messages: object): InboxTurn {
  const known = turns.get(inbox) ?? new WeakMap<object, InboxTurn>();
  turns.set(inbox, known);
  const turn = known.get(messages) ?? inbox.turn();
  known.set(messages, turn);
  return turn;
}

/**
 * Asks a model, with what has ended as a user message at the end of the conversation. It is told when `ask` resolves, and so is what tools
 * have told in the messages; where that rejects, the message is taken out again, and what has ended and does not stand in the conversation
 * that is sent next is told again.
 */
export async function askWithInbox<M extends object, T>(
  inbox: Inbox, messages: M[], { isOpen, sentOf, callsOf }: Reading<M>, ask: () => PromiseLike<T> | T,
): Promise<T> {
  check('inbox', inbox, AN_INBOX);
  check('messages', messages, A_LIST);
  check('ask', ask, A_FUNCTION);
  const turn = turnOf(inbox, messages);
  const ready = turn.ready(isOpen(messages) ? undefined : sentOf(messages));
  if (ready !== undefined) await ready;
  const told = isOpen(messages) ? [] : turn.take(sentOf(messages)).map(({ text }) => ({ role: 'user', content: text }) as unknown as M);
  messages.push(...told);
  const request = turn.send(sentOf(messages));
  try {
    const answer = await ask();
    request.answered(callsOf(answer));
    return answer;
  } catch (error) {
    for (const message of told) {
      const at = messages.indexOf(message);
      if (at >= 0) messages.splice(at, 1);
    }
    request.failed();
    throw error;
  }
}
