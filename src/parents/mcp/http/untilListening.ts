import type { ServerResponse } from 'node:http';
import type { JSONRPCMessage, RequestId, Transport } from '../sdk.js';

/** Keeps requests of ours until a client listens. */
export interface UntilListening {
  /** A client is about to listen by that response. */
  listens(response: ServerResponse): void;
}

/**
 * What a server asks a client belongs to no request of that, so it goes out over the stream that the client has opened to listen. The SDK
 * drops it where there is none yet, and nobody would ever answer. Here it is kept, and forgotten where it is cancelled before.
 */
export function untilListening(transport: Transport): UntilListening {
  const held = new Map<RequestId, JSONRPCMessage>();
  let listening = 0;
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    if (options?.relatedRequestId === undefined && listening === 0 && 'method' in message) {
      if ('id' in message) {
        held.set(message.id, message);
        return;
      }
      const { requestId } = (message.params ?? {}) as { readonly requestId?: RequestId };
      if (message.method === 'notifications/cancelled' && requestId !== undefined && held.delete(requestId)) return;
    }
    await send(message, options);
  };
  return {
    listens(response) {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = (...head: readonly unknown[]) => {
        const written = writeHead(...head as Parameters<typeof writeHead>);
        if (response.statusCode === 200) begin();
        return written;
      };
      const begin = (): void => {
        listening += 1;
        response.once('close', () => { listening -= 1; });
        const messages = [...held.values()];
        held.clear();
        for (const message of messages) send(message).catch((error: unknown) => { transport.onerror?.(error as Error); });
      };
    },
  };
}
