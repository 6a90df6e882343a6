import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { COMMON, createEventLog, type LoggedEvent } from './eventLog.js';
import { isAnswer, receiptsOf } from '../receipts.js';
import { refuse } from './refusal.js';
import { untilListening } from './untilListening.js';
import { StreamableHTTPServerTransport, type JSONRPCMessage, type RequestId } from '../sdk.js';

/** A client over HTTP, with one connection of ours behind many of its own. */
export interface HttpGuest {
  readonly transport: StreamableHTTPServerTransport;
  /** @param json - the body of the request, read already */
  handle(this: void, request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void>;
}

/** Requests that came together, and what carries their answers: another response, where the client has come back for them. */
interface Exchange {
  readonly unanswered: Set<RequestId>;
  /** Whether that goes out as a whole. */
  sent: Promise<boolean>;
}

/** Whose request is being handled, for the stream that is opened meanwhile. */
const handled = new AsyncLocalStorage<Exchange>();

/**
 * A transport whose `send` settles for an answer when that has gone out, and fails where the client was gone. It keeps what went out, so
 * that a client which has lost a stream has the rest of it: `Last-Event-ID`, as the protocol says.
 */
export function createHttpGuest(onOpen: (id: string) => void): HttpGuest {
  const log = createEventLog();
  const byRequest = new Map<RequestId, Exchange>();
  const byStream = new Map<string, Exchange>();
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: onOpen,
    eventStore: {
      replayEventsAfter: log.replayEventsAfter,
      storeEvent: (stream, message) => {
        const exchange = handled.getStore();
        // The first event of a stream, which the SDK stores before it hands on the requests.
        if (exchange !== undefined && !('jsonrpc' in message) && exchange.unanswered.size > 0) byStream.set(stream, exchange);
        return log.storeEvent(stream, message);
      },
    },
  });

  const listening = untilListening(transport);

  const forget = (id: RequestId): Exchange | undefined => {
    const exchange = byRequest.get(id);
    byRequest.delete(id);
    exchange?.unanswered.delete(id);
    if (exchange?.unanswered.size === 0) {
      for (const [stream, one] of byStream) if (one === exchange) byStream.delete(stream);
    }
    return exchange;
  };

  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const exchange = isAnswer(message) ? forget(message.id) : undefined;
    await send(message, options);
    if (exchange !== undefined && !await exchange.sent) throw new Error('The client had gone before it was answered.');
  };

  async function post(request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    const messages = Array.isArray(json) ? json as readonly unknown[] : [json];
    for (const message of messages) {
      const cancelled = cancelledBy(message);
      if (cancelled !== undefined) forget(cancelled);
    }
    const exchange: Exchange = { unanswered: new Set(messages.flatMap(requestIn)), sent: sentWhole(response) };
    for (const id of exchange.unanswered) byRequest.set(id, exchange);
    response.once('close', () => {
      // What was refused is answered by nobody.
      if (response.statusCode !== 200) for (const id of exchange.unanswered) forget(id);
    });
    await handled.run(exchange, () => transport.handleRequest(request, response, json));
  }

  /** Goes on with a stream that the client has lost. */
  async function resume(request: IncomingMessage, response: ServerResponse, last: string): Promise<void> {
    const stream = log.streamOf(last);
    if (stream === undefined) {
      refuse(response, { status: 400, message: 'There is nothing kept that followed this Last-Event-ID. Send the request again.' });
      return;
    }
    const exchange = byStream.get(stream);
    if (stream !== COMMON && exchange === undefined && acceptsEvents(request)) {
      await replay(response, log.after(last));
      return;
    }
    if (exchange !== undefined) exchange.sent = sentWhole(response);
    if (stream === COMMON) listening.listens(response);
    await transport.handleRequest(request, response);
  }

  /** Sends the end of a stream whose requests are all answered, and closes it: the SDK would leave it open. */
  async function replay(response: ServerResponse, events: readonly LoggedEvent[]): Promise<void> {
    const receipts = receiptsOf(transport);
    const resent = events.map(({ id, message }) => ({ id, message, again: receipts?.again(message) }));
    const sent = sentWhole(response);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' });
    for (const { id, message, again } of resent) {
      response.write(`event: message\nid: ${id}\ndata: ${JSON.stringify(again?.message ?? message)}\n\n`);
    }
    response.end();
    const how = await sent ? 'answered' : 'failed';
    for (const { again } of resent) again?.[how]();
  }

  return {
    transport,
    handle: (request, response, json) => {
      const last = request.headers['last-event-id'];
      if (request.method === 'POST') return post(request, response, json);
      if (request.method === 'GET' && typeof last === 'string' && last !== '') return resume(request, response, last);
      if (request.method === 'GET') listening.listens(response);
      return transport.handleRequest(request, response, json);
    },
  };
}

/** Whether a response goes out as a whole; asked before anything of it does, since afterwards a response cannot tell. */
const sentWhole = (response: ServerResponse): Promise<boolean> => new Promise((resolve) => {
  response.once('finish', () => { resolve(!response.destroyed); }).once('close', () => { resolve(false); });
});

const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes('text/event-stream') === true;

const requestIn = (message: unknown): readonly RequestId[] => {
  const { id, method } = Object(message) as Partial<JSONRPCMessage> & { readonly id?: unknown; readonly method?: unknown };
  return typeof method === 'string' && (typeof id === 'string' || typeof id === 'number') ? [id] : [];
};

const cancelledBy = (message: unknown): RequestId | undefined => {
  const { method, params } = Object(message) as { readonly method?: unknown; readonly params?: { readonly requestId?: RequestId } };
  return method === 'notifications/cancelled' ? params?.requestId : undefined;
};
