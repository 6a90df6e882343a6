import type { Sending } from '../../inbox/inbox.js';
import type { JSONRPCMessage, RequestId, Transport } from './sdk.js';

/** What becomes of an answer. */
type Outgoing = Pick<Sending, 'answered' | 'failed'>;

/** Answers that tell what has ended, each heard when it has gone out, and not before. */
export interface Receipts {
  /** The answer to this request tells something. */
  expect(request: RequestId, sending: Outgoing): void;
  /** No answer will go out to this request any more. */
  lose(request: RequestId): void;
  /** Sees to what a transport sends from now on. */
  watch(transport: Transport): void;
  /** No answer will go out any more. */
  close(): void;
}

/**
 * What an answer tells is heard when the transport has taken the answer, and told again where it could not be sent: when the client has
 * hung up, or was gone. So what went into a broken line is told with the next answer.
 */
export function createReceipts(): Receipts {
  const pending = new Map<RequestId, Outgoing>();
  const take = (request: RequestId): Outgoing | undefined => {
    const sending = pending.get(request);
    pending.delete(request);
    return sending;
  };
  const lose = (request: RequestId): void => { take(request)?.failed(); };
  return {
    expect(request, sending) {
      lose(request);
      pending.set(request, sending);
    },
    lose,
    close() { for (const request of [...pending.keys()]) lose(request); },
    watch(transport) {
      const send = transport.send.bind(transport);
      transport.send = async (message, options) => {
        const sending = isAnswer(message) ? take(message.id) : undefined;
        try {
          await send(message, options);
        } catch (error) {
          sending?.failed();
          throw error;
        }
        if ('result' in message) sending?.answered();
        else sending?.failed();
      };
    },
  };
}

const isAnswer = (message: JSONRPCMessage): message is JSONRPCMessage & { readonly id: RequestId } =>
  'id' in message && message.id !== undefined && !('method' in message);
