import type { Sending } from '../../inbox/inbox.js';
import type { JSONRPCMessage, RequestId, Transport } from './sdk.js';

/** What becomes of an answer. */
export type Outgoing = Pick<Sending, 'answered' | 'failed'>;

/** An answer that tells something. */
export interface Telling extends Outgoing {
  /** It is sent once more, after it has failed; `undefined` where what it tells was told otherwise since. */
  again(this: void): Outgoing | undefined;
  /** The answer in its place, where that is so. */
  instead(this: void): Readonly<Record<string, unknown>>;
}

/** A message that is sent a second time. */
export interface Resent extends Outgoing {
  readonly message: JSONRPCMessage;
}

/** Answers that tell what has ended, each heard when it has gone out, and not before. */
export interface Receipts {
  /** The answer to this request tells something. */
  expect(request: RequestId, telling: Telling): void;
  /** No answer will go out to this request any more. */
  lose(request: RequestId): void;
  /** Sees to what a transport sends from now on. */
  watch(transport: Transport): void;
  /** What a client is sent that has come back for what it missed: told it is once, now or by what has been sent meanwhile. */
  again(message: JSONRPCMessage): Resent;
  /** No answer will go out any more. */
  close(): void;
}

const watched = new WeakMap<Transport, Receipts>();

/** Who sees to what a transport sends. */
export const receiptsOf = (transport: Transport): Receipts | undefined => watched.get(transport);

/** Answers lost with their connections that can be sent again. */
const LOST = 100;

const NOTHING: Outgoing = { answered: () => undefined, failed: () => undefined };

/**
 * What an answer tells is heard when the transport has taken the answer, and told again where it could not be sent: when the client has
 * hung up, or was gone. So what went into a broken line is told with the next answer, or when the client comes back for it.
 */
export function createReceipts(): Receipts {
  const pending = new Map<RequestId, Telling>();
  const lost = new Map<RequestId, Telling>();
  const take = (request: RequestId): Telling | undefined => {
    const telling = pending.get(request);
    pending.delete(request);
    return telling;
  };
  const fail = (request: RequestId, telling: Telling): void => {
    telling.failed();
    lost.set(request, telling);
    for (const [oldest] of lost) if (lost.size > LOST) lost.delete(oldest);
  };
  const lose = (request: RequestId): void => { take(request)?.failed(); };
  const receipts: Receipts = {
    expect(request, telling) {
      lose(request);
      lost.delete(request);
      pending.set(request, telling);
    },
    lose,
    close() {
      for (const request of [...pending.keys()]) lose(request);
      lost.clear();
    },
    again(message) {
      const telling = isAnswer(message) ? lost.get(message.id) : undefined;
      if (!isAnswer(message) || telling === undefined) return { message, ...NOTHING };
      const outgoing = telling.again();
      if (outgoing === undefined) return { message: { jsonrpc: '2.0', id: message.id, result: telling.instead() }, ...NOTHING };
      lost.delete(message.id);
      return {
        message,
        answered: () => { outgoing.answered(); },
        failed: () => {
          outgoing.failed();
          lost.set(message.id, telling);
        },
      };
    },
    watch(transport) {
      watched.set(transport, receipts);
      const send = transport.send.bind(transport);
      transport.send = async (message, options) => {
        const telling = isAnswer(message) ? take(message.id) : undefined;
        try {
          await send(message, options);
        } catch (error) {
          if (telling !== undefined && isAnswer(message)) fail(message.id, telling);
          throw error;
        }
        if ('result' in message) telling?.answered();
        else telling?.failed();
      };
    },
  };
  return receipts;
}

/** Whether a message answers a request of the other side. */
export const isAnswer = (message: JSONRPCMessage): message is JSONRPCMessage & { readonly id: RequestId } =>
  'id' in message && message.id !== undefined && !('method' in message);
