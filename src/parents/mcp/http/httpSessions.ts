import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SidestreamError } from '../../../core/errors.js';
import { createHttpGuest, type HttpGuest } from './httpGuest.js';
import type { HttpSettings } from '../httpOptions.js';
import { openConnection, type Connection } from '../openConnection.js';
import { refuse } from './refusal.js';
import { isInitializeRequest } from '../sdk.js';

/** The connections of an HTTP server, by the ids that they were given. */
export interface HttpSessions {
  /** Gives a request to its connection, or opens one where it asks for that. @param json - its body, read already */
  handle(this: void, request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void>;
  closeAll(this: void): Promise<void>;
}

/** A client that has a seat. */
interface Guest extends HttpGuest {
  readonly connection: Connection;
  /** Requests and streams that are open. */
  open: number;
  /** Of these, those that want an answer. */
  asking: number;
  /** It was let in a moment ago, and is about to say that it has begun. */
  greeting: boolean;
  /** Since when nothing is open. */
  idleSince: number;
  /** Ends it when that is long ago. */
  patience?: NodeJS.Timeout;
}

/** What a host may call itself. */
const KEY = /^[\w-]{0,40}$/;

/** Milliseconds in which it is seen that a client has gone that only listened: a little later than it has. */
const GOING = 200;

/** Keeps so many connections at most, and ends those that nobody has used for long, or whose seat somebody else needs. */
export function createHttpSessions({ http: { maxSessions, sessionTimeout, bodyTimeout }, serve }: HttpSettings): HttpSessions {
  const guests = new Map<string, Guest>();
  /** Those who have nothing open, the longest idle first. */
  const idle = new Set<Guest>();
  const leaving = new Set<Promise<void>>();
  /** Requests that wait for a seat. */
  const standing = new Set<() => void>();
  /** Ends the greeting that began over a socket. */
  const greetings = new WeakMap<Socket, () => void>();
  let seats = 0;

  const isFull = (): boolean => seats >= maxSessions && idle.size === 0;
  const mayLeave = (): boolean => [...guests.values()].some(({ asking }) => asking === 0);
  const someoneLeft = (): void => { for (const look of standing) look(); };

  async function handle(request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (typeof id !== 'string') {
      await open(request, response, json);
      return;
    }
    const guest = guests.get(id);
    if (guest !== undefined) guest.greeting = false;
    if (guest === undefined) refuse(response, { status: 404, message: 'There is no such session, or no more. Initialize a new one.' });
    else await attend(guest, request, response, json);
  }

  async function attend(guest: Guest, request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    const asks = request.method === 'GET' ? 0 : 1;
    guest.open += 1;
    guest.asking += asks;
    clearTimeout(guest.patience);
    idle.delete(guest);
    response.once('close', () => {
      guest.open -= 1;
      guest.asking -= asks;
      rest(guest);
    });
    await guest.handle(request, response, json);
  }

  /** Where nothing of a guest is open any more, its patience begins, and others may have its seat. */
  function rest(guest: Guest): void {
    const id = guest.transport.sessionId;
    if (guest.open > 0 || id === undefined || guests.get(id) !== guest) return;
    clearTimeout(guest.patience);
    guest.idleSince = performance.now();
    guest.patience = setTimeout(() => { void guest.connection.close(); }, sessionTimeout);
    guest.patience.unref();
    if (guest.greeting) return;
    idle.add(guest);
    someoneLeft();
  }

  /** Whoever was let in keeps its seat until it has said more, or has hung up. */
  function greet(guest: Guest, socket: Socket): void {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('close', done);
      if (!guest.greeting) return;
      guest.greeting = false;
      rest(guest);
    };
    const timer = setTimeout(done, bodyTimeout);
    timer.unref();
    greetings.set(socket.once('close', done), done);
  }

  /** Takes a seat; where there is none, that of whoever has been idle for longest, and never of anybody who asks or listens. */
  async function takeSeat(): Promise<boolean> {
    const end = performance.now() + GOING;
    for (let left = GOING; isFull() && mayLeave() && left > 0; left = end - performance.now()) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          clearTimeout(timer);
          standing.delete(look);
          resolve();
        };
        const timer = setTimeout(look, left);
        standing.add(look);
      });
    }
    if (isFull()) return false;
    const [longest] = idle;
    if (seats >= maxSessions && longest !== undefined) giveUp(longest);
    seats += 1;
    return true;
  }

  function giveUp({ connection, idleSince }: Guest): void {
    const ended = serve.endsSession === false ? [] : connection.session.list();
    const running = ended.filter(({ status }) => status === 'running' || status === 'queued').length;
    const reason = `seat_given_up: its host had neither asked nor listened for ${Math.round((performance.now() - idleSince) / 1_000)} s, `
      + `and another host needed the seat (maxSessions: ${maxSessions})`;
    if (running > 0) serve.onError?.(new Error(`A connection was ended, and with it its running tasks, ${running}: ${reason}.`));
    void connection.close(reason);
  }

  /** A new connection, where the request asks for one and there is room; else it is refused, and nothing is started. */
  async function open(request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> {
    if (request.method !== 'POST' || !isInitializeRequest(json)) {
      refuse(response, { status: 400, message: 'Expected a request to initialize, or the header Mcp-Session-Id.' });
      return;
    }
    const key = new URL(request.url ?? '', 'http://localhost').searchParams.get('key') ?? '';
    if (!KEY.test(key)) {
      refuse(response, { status: 400, message: 'Expected `key` in the URL to have at most 40 letters, digits, - and _.' });
      return;
    }
    greetings.get(request.socket)?.();
    if (!await takeSeat()) {
      const message = `There are ${maxSessions} sessions, all of them in use, and no more may be. End one (DELETE), or raise maxSessions.`;
      refuse(response, { status: 503, message, headers: { 'retry-after': '60' } });
      return;
    }
    let isSeated = true;
    const leave = (): void => {
      if (!isSeated) return;
      isSeated = false;
      seats -= 1;
      const { sessionId } = http.transport;
      if (sessionId !== undefined) guests.delete(sessionId);
      if (guest !== undefined) {
        clearTimeout(guest.patience);
        idle.delete(guest);
      }
      someoneLeft();
    };
    // eslint-disable-next-line prefer-const -- what it is made of calls back before and after
    let guest: Guest | undefined;
    const http = createHttpGuest((id) => { guests.set(id, guest!); });
    // Its seat is free as soon as it has gone, however long its children take to end.
    const connection = await openConnection(http.transport, serve, { key, onEnd: leave }).catch((error: unknown) => {
      leave();
      if (error instanceof SidestreamError) return error;
      throw error;
    });
    if (connection instanceof SidestreamError) {
      refuse(response, { status: 503, message: connection.message, headers: { 'retry-after': '60' } });
      return;
    }
    guest = { ...http, connection, open: 0, asking: 0, greeting: true, idleSince: 0 };
    greet(guest, request.socket);
    const left = connection.closed.finally(() => { leaving.delete(left); });
    leaving.add(left);
    // What did not become a session, because the request was refused after all, ends with the request.
    response.once('close', () => { if (http.transport.sessionId === undefined) void connection.close(); });
    await attend(guest, request, response, json);
  }

  return {
    handle,
    closeAll: async () => {
      await Promise.all([...guests.values()].map(({ connection }) => connection.close()));
      await Promise.all(leaving);
    },
  };
}
