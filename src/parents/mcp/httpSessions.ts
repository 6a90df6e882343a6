import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpSettings } from './httpOptions.js';
import { openConnection, type Connection } from './openConnection.js';
import { refuse } from './refusal.js';
import { isInitializeRequest, StreamableHTTPServerTransport } from './sdk.js';

/** The connections of an HTTP server, by the ids that they were given. */
export interface HttpSessions {
  /** Gives a request to its connection, or opens one where it asks for that. @param json - its body, read already */
  handle(this: void, request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void>;
  closeAll(this: void): Promise<void>;
}

interface Guest {
  readonly transport: StreamableHTTPServerTransport;
  readonly connection: Connection;
  /** Requests and streams that are open. */
  open: number;
  /** Ends it when nothing has been open for long. */
  patience?: NodeJS.Timeout;
}

/** Keeps so many connections at most, and ends those that nobody has used for long. */
export function createHttpSessions({ http: { maxSessions, sessionTimeout }, serve }: HttpSettings): HttpSessions {
  const guests = new Map<string, Guest>();
  const leaving = new Set<Promise<void>>();
  let seats = 0;

  async function handle(request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const guest = typeof id === 'string' ? guests.get(id) : await open(request, response, json);
    if (guest === undefined) {
      if (id !== undefined) refuse(response, { status: 404, message: 'There is no such session, or no more. Initialize a new one.' });
      return;
    }
    await serveGuest(guest, request, response, json);
  }

  async function serveGuest(guest: Guest, request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    guest.open += 1;
    clearTimeout(guest.patience);
    response.once('close', () => {
      guest.open -= 1;
      if (guest.open > 0) return;
      guest.patience = setTimeout(() => { void guest.connection.close(); }, sessionTimeout);
      guest.patience.unref();
    });
    await guest.transport.handleRequest(request, response, json);
  }

  /** A new connection, where the request asks for one and there is room; else it is refused, and nothing is started. */
  async function open(request: IncomingMessage, response: ServerResponse, json: unknown): Promise<Guest | undefined> {
    if (request.method !== 'POST' || !isInitializeRequest(json)) {
      refuse(response, { status: 400, message: 'Expected a request to initialize, or the header Mcp-Session-Id.' });
      return undefined;
    }
    if (seats >= maxSessions) {
      const message = `There are ${maxSessions} sessions, and no more may be. End one (DELETE), or wait until one is given up.`;
      refuse(response, { status: 503, message, headers: { 'retry-after': '60' } });
      return undefined;
    }
    seats += 1;
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => { guests.set(id, guest); },
    });
    const connection = await openConnection(transport, serve).catch((error: unknown) => {
      seats -= 1;
      throw error;
    });
    const guest: Guest = { transport, connection, open: 0 };
    const left = connection.closed.finally(() => {
      seats -= 1;
      clearTimeout(guest.patience);
      if (transport.sessionId !== undefined) guests.delete(transport.sessionId);
      leaving.delete(left);
    });
    leaving.add(left);
    // What did not become a session, because the request was refused after all, ends with the request.
    response.once('close', () => { if (transport.sessionId === undefined) void connection.close(); });
    return guest;
  }

  return {
    handle,
    closeAll: async () => {
      await Promise.all([...guests.values()].map(({ connection }) => connection.close()));
      await Promise.all(leaving);
    },
  };
}
