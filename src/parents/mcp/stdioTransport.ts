import type { Readable, Writable } from 'node:stream';
import { createMessageReader } from './messageReader.js';
import { isAnswer } from './receipts.js';
import type { JSONRPCMessage, RequestId, Transport } from './sdk.js';

/** A transport over two streams that knows what is still to be answered. */
export interface StdioTransport {
  readonly transport: Transport;
  /** Requests whose answer has not been taken by the stream. */
  readonly unanswered: number;
  /** Settles when every request has its answer, whether that was taken or not; after `ms` at the latest. */
  answered(this: void, ms: number): Promise<void>;
  /** Settles when all that is written was taken, when the reader has gone, or when it has taken nothing for so many milliseconds. */
  drained(this: void, patience: number): Promise<void>;
}

/**
 * A transport like the SDK's, which ends at a line that is too long, and waits for a full stream to be drained, with a listener for each
 * message, and for ever where the reader has gone. Here what is written counts as sent when the stream has taken it, and fails where nobody
 * reads.
 */
export function createStdioTransport(stdin: Readable, stdout: Writable): StdioTransport {
  const reader = createMessageReader((message) => transport.onmessage?.(message), (error) => transport.onerror?.(error));
  const failed = (error: Error): void => { transport.onerror?.(error); };
  const transport: Transport = {
    start: () => {
      stdin.on('data', reader.read).once('end', reader.end).on('error', failed);
      return Promise.resolve();
    },
    close: () => {
      stdin.off('data', reader.read).off('end', reader.end).off('error', failed);
      // Others may read from it too.
      if (stdin.listenerCount('data') === 0) stdin.pause();
      transport.onclose?.();
      return Promise.resolve();
    },
    send: (message) => send(message),
  };
  const asked = new Set<RequestId>();
  const written = new Set<object>();
  const lookers = new Set<() => void>();
  let isGone = false;
  let lost = 0;
  const changed = (): void => { for (const look of [...lookers]) look(); };
  const gone = (): void => {
    isGone = true;
    changed();
  };
  stdout.once('error', gone).once('close', gone);

  const send = (message: JSONRPCMessage): Promise<void> => new Promise((resolve, reject) => {
    const isAsked = isAnswer(message) && asked.delete(message.id);
    written.add(message);
    const done = (error?: Error | null): void => {
      written.delete(message);
      if (error == null) resolve();
      else {
        isGone = true;
        if (isAsked) lost += 1;
        reject(error);
      }
      changed();
    };
    if (isGone || stdout.destroyed) done(new Error('Nobody reads any more what is written.'));
    else stdout.write(`${JSON.stringify(message)}\n`, done);
    changed();
  });

  // The protocol sets its own when it is connected, and calls the one that it found.
  transport.onmessage = (message) => {
    if (!('method' in message)) return;
    if ('id' in message) asked.add(message.id);
    // A call that was cancelled is not answered.
    const { requestId } = (message.params ?? {}) as { readonly requestId?: RequestId };
    if (message.method === 'notifications/cancelled' && requestId !== undefined) asked.delete(requestId);
    changed();
  };

  /** @param isLate - asked every `ms`, whether it has been waited for long enough */
  const settled = (holds: () => boolean, ms: number, isLate: () => boolean): Promise<void> => new Promise((resolve) => {
    const end = (): void => {
      clearInterval(timer);
      lookers.delete(look);
      resolve();
    };
    const look = (): void => { if (isGone || holds()) end(); };
    const timer = setInterval(() => { if (isLate()) end(); }, ms);
    lookers.add(look);
    look();
  });

  return {
    transport,
    get unanswered() { return lost + asked.size + [...written].filter((message) => isAnswer(message as JSONRPCMessage)).length; },
    answered: (ms) => settled(() => asked.size === 0, ms, () => true),
    drained: (patience) => {
      let left = -1;
      return settled(() => asked.size === 0 && written.size === 0, patience, () => {
        const isStuck = left === stdout.writableLength;
        left = stdout.writableLength;
        return isStuck;
      });
    },
  };
}
