import type { EventStore, JSONRPCMessage } from '../sdk.js';

/** Events that a connection keeps at most, and characters of them: what a client missed longer ago than that is gone. */
const KEPT = 1_000;
const CHARACTERS = 4_194_304;

/** The stream that belongs to no request. The SDK calls it so. */
export const COMMON = '_GET_stream';

/** A message of a stream, as it was sent or would have been. */
export interface LoggedEvent {
  readonly id: string;
  readonly stream: string;
  readonly message: JSONRPCMessage;
}

/** What went out over the streams of one connection, for a client that comes back with the last event id that it has seen. */
export interface EventLog {
  readonly storeEvent: EventStore['storeEvent'];
  readonly replayEventsAfter: EventStore['replayEventsAfter'];
  /** Whose event that is; `undefined` where none of its stream is kept. */
  streamOf(this: void, id: string): string | undefined;
  /** What followed it on its stream. */
  after(this: void, id: string): readonly LoggedEvent[];
}

/** Keeps the latest messages of a connection. */
export function createEventLog(): EventLog {
  const events: (LoggedEvent & { readonly number: number; readonly size: number })[] = [];
  let last = 0;
  let size = 0;
  const read = (id: string): { readonly number: number; readonly stream: string } | undefined => {
    const [, number, stream] = /^(\d{1,15})-([\w-]{1,64})$/.exec(id) ?? [];
    return stream === undefined || Number(number) > last ? undefined : { number: Number(number), stream };
  };
  const after = (id: string): readonly LoggedEvent[] => {
    const from = read(id);
    return from === undefined ? [] : events.filter(({ number, stream, message }) =>
      // What opens a stream bears an id and no message.
      number > from.number && stream === from.stream && 'jsonrpc' in message);
  };
  return {
    storeEvent(stream, message) {
      last += 1;
      const event = { id: `${last}-${stream}`, number: last, stream, message, size: JSON.stringify(message).length };
      events.push(event);
      size += event.size;
      while (events.length > KEPT || (size > CHARACTERS && events.length > 1)) size -= events.shift()!.size;
      return Promise.resolve(event.id);
    },
    async replayEventsAfter(id, { send }) {
      for (const event of after(id)) await send(event.id, event.message);
      return read(id)?.stream ?? COMMON;
    },
    streamOf(id) {
      const stream = read(id)?.stream;
      return stream === COMMON || events.some((event) => event.stream === stream) ? stream : undefined;
    },
    after,
  };
}
