import {
  client, PROTOCOL_VERSION, RequestError, type AgentRequestMethod, type AgentRequestParamsByMethod, type AgentRequestResponsesByMethod,
  type AnyMessage, type InitializeRequest, type RequestPermissionRequest, type RequestPermissionResponse, type SessionNotification,
} from '@agentclientprotocol/sdk';
import { catchError, delay, delayWhen, EMPTY, firstValueFrom, fromEvent, map, merge, Subject, take, timer, type Observable } from 'rxjs';
import { feed } from '../../command/feed.js';
import { secretsOf } from '../../../processes/environment.js';
import { describeExit } from '../../../processes/exit.js';
import type { Launch } from '../../../processes/launch.js';
import { startProcess } from '../../../processes/startProcess.js';
import { AcpError } from '../acpError.js';
import type { AcpSettings } from '../acpOptions.js';
import { FileRefused } from './fileRefused.js';
import { readInside, writeInside } from './files.js';
import type { JsonRpcMessage } from './jsonRpc.js';
import type { LeftOut, MessageCounts } from './messageCounts.js';
import { messagesOf } from './messagesOf.js';
import { whatItWrote } from './whatItWrote.js';

/** Milliseconds that a program's output may stay open after its exit, or the program after its output is closed. */
const DRAIN = 250;

/** Files that an agent may have open by way of this process at one time. */
const MAX_OPEN = 32;

/** A request on its way. */
export interface Asked<T> {
  /** Settles when the program's side has taken it. */
  readonly written: Promise<void>;
  /** Rejects with what the agent refused it for, or with why the connection broke. */
  readonly answer: Promise<T>;
}

/** Who answers what an agent asks: the task that is on. */
export interface Guest {
  permit(params: RequestPermissionRequest, signal: AbortSignal): Observable<RequestPermissionResponse>;
}

/** How a connection is closed. */
export interface Closing {
  /** What those are told who still wait for an answer. */
  readonly reason?: Error | undefined;
  /** Milliseconds that the program has to end by itself when its input has ended. @defaultValue 0 */
  readonly linger?: number | undefined;
}

/** An agent's program, started, and the line to it. */
export interface Connection {
  readonly counts: MessageCounts;
  /** What of it cannot be read, when it comes. */
  readonly leftOut: Observable<LeftOut>;
  /** The updates of all its sessions, in the order in which they came. */
  readonly updates: Observable<SessionNotification>;
  /** Whether it can still be talked to. */
  isOpen(this: void): boolean;
  request<M extends AgentRequestMethod>(method: M, params: AgentRequestParamsByMethod[M]): Asked<AgentRequestResponsesByMethod[M]>;
  /** Tells it to cancel the turn of a session. */
  cancel(sessionId: string): void;
  /** Sets who answers what it asks; without one permission is not given and files are not touched. */
  serve(guest: Guest | undefined): void;
  stderrTail(this: void): string;
  /** What it was given that must not be repeated. */
  readonly secrets: readonly string[];
  /** Whether the program holds this process up. */
  hold(isHeld: boolean): void;
  /** Settles when nothing is left of the program and of all that it has started; not while something of that cannot be ended. */
  readonly gone: Promise<void>;
  /** Ends the program; settles when that is done, or cannot be. */
  close(how?: Closing): Promise<void>;
}

/** What is told at the start: only what is really offered. */
export const greeting = (files: AcpSettings['files']): InitializeRequest => ({
  protocolVersion: PROTOCOL_VERSION,
  clientCapabilities: { fs: { readTextFile: files !== 'none', writeTextFile: files === 'write' }, terminal: false },
  clientInfo: { name: 'sidestream', title: 'sidestream', version: '0.1.0' },
});

/**
 * Starts an agent's program and connects to it over stdio. The framing is not the SDK's: updates are read here, in their order and before
 * any answer that came after them, and what is no message ends nothing.
 *
 * @param root - the directory to which its files are held
 */
export function connect(launch: Launch, { env, files, cancelGrace, grace, maxMessageLength }: AcpSettings, root: string): Connection {
  const secrets = secretsOf(env);
  const program = startProcess(launch, grace - cancelGrace);
  const leftOut = new Subject<LeftOut>();
  const counts: MessageCounts = { malformed: 0, oversized: 0, unknown: 0, tell: (left) => { leftOut.next(left); } };
  const updates = new Subject<SessionNotification>();
  const open = new Set<JsonRpcMessage['id']>();
  const written = new Map<unknown, () => void>();
  let guest: Guest | undefined;
  let openFiles = 0;

  let toSdk!: ReadableStreamDefaultController<AnyMessage>;
  const readable = new ReadableStream<AnyMessage>({ start: (controller) => { toSdk = controller; } });
  const writable = new WritableStream<JsonRpcMessage>({
    // A broken pipe is no news: why it broke is, and that is said elsewhere.
    write: (message) => {
      if (message.method !== undefined && 'id' in message) open.add(message.id);
      return feed(program.stdin, `${JSON.stringify(message)}\n`).then(() => { written.get(message.params)?.(); }, () => undefined);
    },
  });

  const app = client({ name: 'sidestream' })
    .onRequest('session/request_permission', async ({ params, signal }): Promise<RequestPermissionResponse> =>
      guest === undefined ? { outcome: { outcome: 'cancelled' } } : firstValueFrom(guest.permit(params, signal)))
    .onRequest('*', ({ method }) => {
      // Extensions may be unknown, and what was not offered is asked for all the same.
      if (!/^(_|fs\/|terminal\/)/.test(method)) counts.unknown += 1;
      throw RequestError.methodNotFound(method);
    });
  if (files !== 'none') {
    app.onRequest('fs/read_text_file', async ({ params }) => ({ content: await allowed(() => readInside(root, params.path, params)) }));
  }
  if (files === 'write') {
    app.onRequest('fs/write_text_file', ({ params }) => allowed(() => writeInside(root, params.path, params.content)));
  }
  const connection = app.connect({ readable, writable });

  const messages = messagesOf(program.stdout, maxMessageLength, counts).subscribe({
    next: receive,
    error: (error: unknown) => { connection.close(error); },
  });
  function receive(message: JsonRpcMessage): void {
    // Closed from within, it is left to be read, so that the program can end.
    if (connection.signal.aborted) return;
    if (message.method === undefined) {
      if (open.delete(message.id)) toSdk.enqueue(message as AnyMessage);
      else leaveOut(message);
    } else if (message.method === 'session/update') {
      if (isUpdate(message.params)) updates.next(message.params);
      else leaveOut(message);
    } else if ('id' in message || message.method === '$/cancel_request') {
      toSdk.enqueue(message as AnyMessage);
    } else if (/^(session|fs|terminal|mcp)\//.test(message.method)) {
      // Of the protocol's own names; what vendors add has theirs, such as `_x/…` or `qwen/notify/…`.
      counts.unknown += 1;
    }
  }

  function leaveOut(message: JsonRpcMessage): void {
    counts.malformed += 1;
    leftOut.next({ kind: 'malformed', words: JSON.stringify(message) });
  }

  const { stdin, stdout } = program;
  const closed = merge(fromEvent(stdout, 'end'), fromEvent(stdout, 'close'), fromEvent(stdin, 'close')).pipe(take(1));
  const broken = merge(
    program.exit.pipe(
      // What it said last is still read.
      delayWhen(() => stdout.readableEnded ? timer(1) : merge(fromEvent(stdout, 'end').pipe(delay(1)), timer(DRAIN))),
      map((exit) => ({ exit, what: `\`${launch.file}\` ${describeExit(exit)}` })),
    ),
    // It shut its mouth or its ears, and goes on all the same.
    closed.pipe(delay(DRAIN), map(() => ({ exit: undefined, what: `\`${launch.file}\` closed the connection` }))),
  ).pipe(take(1), map(({ exit, what }) => {
    const stderr = program.stderrTail();
    return (exit && program.refusal(exit))
      ?? new AcpError(`${what} before it was done.${whatItWrote(stderr, secrets)}`, { stderr });
  }));
  const watch = broken.subscribe({
    next: (error) => {
      connection.close(error);
      void program.stop();
    },
    error: (error: unknown) => { connection.close(error); },
  });

  async function allowed<T>(work: () => Promise<T>): Promise<T> {
    if (guest === undefined) throw new RequestError(-32_000, 'No turn is running.');
    if (openFiles >= MAX_OPEN) throw new RequestError(-32_000, `More than ${MAX_OPEN} files at one time. Wait for some of them first.`);
    openFiles += 1;
    try {
      return await work();
    } catch (error) {
      if (error instanceof FileRefused) throw new RequestError(-32_602, error.message);
      const { code = 'no reason is known' } = error as NodeJS.ErrnoException;
      throw new RequestError(-32_603, `The file could not be read or written: ${code}.`);
    } finally {
      openFiles -= 1;
    }
  }

  return {
    counts,
    leftOut: leftOut.asObservable(),
    updates: updates.asObservable(),
    isOpen: () => !connection.signal.aborted,
    request(method, params) {
      const taken = new Promise<void>((resolve) => { written.set(params, resolve); });
      const answer = connection.agent.request(method, params);
      // Each is looked at by whoever wants to know; none may become an unhandled rejection.
      answer.catch(() => undefined).finally(() => { written.delete(params); });
      return { written: taken, answer };
    },
    cancel(sessionId) {
      connection.agent.notify('session/cancel', { sessionId }).catch(() => undefined);
    },
    serve(next) { guest = next; },
    stderrTail: () => program.stderrTail(),
    secrets,
    gone: program.gone,
    hold(isHeld) {
      const verb = isHeld ? 'ref' : 'unref';
      const handles: readonly object[] = [program, stdin, stdout, program.stderr];
      for (const each of handles) (each as Partial<Record<typeof verb, () => void>>)[verb]?.();
    },
    async close({ reason = new AcpError(`The connection to \`${launch.file}\` was closed.`), linger = 0 } = {}) {
      connection.close(reason);
      watch.unsubscribe();
      messages.unsubscribe();
      if (linger > 0) {
        stdin.end();
        await firstValueFrom(merge(program.exit.pipe(catchError(() => EMPTY)), timer(linger)));
      }
      await program.stop();
    },
  };
}

/** By its shape as far as it is read; a kind of update that is not known is counted by whoever reads it. */
function isUpdate(params: unknown): params is SessionNotification {
  const { sessionId, update } = Object(params) as Partial<Record<keyof SessionNotification, unknown>>;
  return typeof sessionId === 'string' && typeof (Object(update) as { sessionUpdate?: unknown }).sessionUpdate === 'string';
}
