import { deserializeMessage, type JSONRPCMessage } from './sdk.js';

/** Bytes that one line may have, as in the SDK. */
const LIMIT = 10 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Reads messages from the pieces in which they come. */
export interface MessageReader {
  read(this: void, chunk: Buffer | string): void;
  /** There is no more: what is left is the last line. */
  end(this: void): void;
}

/**
 * Reads each line as a message. One that is too long or no message is left out, with a word about it, and those after it are read. The
 * SDK's own reader gives up where a line is too long, and drops the last one where no newline ends it. This holds a line at most.
 */
export function createMessageReader(onMessage: (message: JSONRPCMessage) => void, onError: (error: Error) => void): MessageReader {
  // It grows by doubling, so that a line in many pieces is not copied with each.
  let rest = Buffer.alloc(0);
  let length = 0;
  let isTooLong = false;

  const add = (piece: Buffer): void => {
    if (isTooLong) return;
    if (length + piece.length > LIMIT) {
      isTooLong = true;
      [rest, length] = [Buffer.alloc(0), 0];
      onError(new Error(`A line on stdin was left out: it is longer than ${LIMIT / 1024 / 1024} MiB, which is as long as one may be.`));
      return;
    }
    if (length + piece.length > rest.length) {
      const more = Buffer.allocUnsafe(Math.min(LIMIT, Math.max(4_096, 2 * (length + piece.length))));
      rest.copy(more, 0, 0, length);
      rest = more;
    }
    piece.copy(rest, length);
    length += piece.length;
  };

  const take = (): void => {
    const line = rest.toString('utf8', 0, length);
    [rest, length, isTooLong] = [Buffer.alloc(0), 0, false];
    if (line.trim() === '') return;
    const message = messageIn(line);
    try {
      if (typeof message === 'string') onError(new Error(`A line on stdin was left out: ${message}.`));
      else onMessage(message);
    } catch (error) {
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };

  return {
    read: (chunk) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to !== -1; to = bytes.indexOf(NEWLINE, from)) {
        add(bytes.subarray(from, to));
        take();
        from = to + 1;
      }
      add(bytes.subarray(from));
    },
    end: take,
  };
}

/** Or why there is none. */
function messageIn(line: string): JSONRPCMessage | string {
  try {
    return deserializeMessage(line);
  } catch (error) {
    return error instanceof SyntaxError ? 'it is not JSON' : 'it is not a message of JSON-RPC 2.0';
  }
}
