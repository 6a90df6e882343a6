import type { Batch } from '../../inbox/inbox.js';
import type { JSONRPCMessage, RequestId, Transport } from './sdk.js';

/** Completions that go out with answers, each told when its answer has gone out, and not before. */
export interface Receipts {
  /** These go out with the answer to this request. */
  expect(request: RequestId, batch: Batch): void;
  /** No answer will go out to this request any more. */
  lose(request: RequestId): void;
  /** Sees to what a transport sends from now on. */
  watch(transport: Transport): void;
}

/**
 * Acknowledges what an answer tells when the transport has taken the answer, and takes it back where it could not be sent: when the client
 * has hung up, or was gone. So a completion that went into a broken line is told with the next answer.
 */
export function createReceipts(): Receipts {
  const pending = new Map<RequestId, Batch>();
  const take = (request: RequestId): Batch | undefined => {
    const batch = pending.get(request);
    pending.delete(request);
    return batch;
  };
  const lose = (request: RequestId): void => { take(request)?.release(); };
  return {
    expect(request, batch) {
      lose(request);
      pending.set(request, batch);
    },
    lose,
    watch(transport) {
      const send = transport.send.bind(transport);
      transport.send = async (message, options) => {
        const batch = isAnswer(message) ? take(message.id) : undefined;
        try {
          await send(message, options);
        } catch (error) {
          batch?.release();
          throw error;
        }
        if ('result' in message) batch?.acknowledge();
        else batch?.release();
      };
    },
  };
}

const isAnswer = (message: JSONRPCMessage): message is JSONRPCMessage & { readonly id: RequestId } =>
  'id' in message && message.id !== undefined && !('method' in message);
