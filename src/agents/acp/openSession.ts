import type { AuthMethod, InitializeResponse, McpServer } from '@agentclientprotocol/sdk';
import {
  debounceTime, defaultIfEmpty, defer, map, of, startWith, switchMap, take, takeUntil, throwError, timer, type Observable,
} from 'rxjs';
import { NotStartedError } from '../../core/errors.js';
import type { AcpSettings } from './acpOptions.js';
import { greeting, type Connection } from './connect.js';
import { handshake, type Step } from './handshake.js';
import { loginAdvice } from './loginAdvice.js';

/** Milliseconds of silence after which a history counts as replayed, and how long that is waited for. */
const QUIET = 100;
const MAX_REPLAY = 2_000;

/** Introduces this side to a program that has just started, and opens a session in it: a new one, or one to be continued. */
export function openSession(connection: Connection, settings: AcpSettings, cwd: string, continued: string | undefined): Observable<string> {
  const { command: file, files, authenticate, handshakeTimeout: deadline } = settings;
  const mcpServers: McpServer[] = [...settings.mcpServers];
  const stepOf = (step: string, methods?: readonly AuthMethod[]): Step =>
    ({ file, deadline, stderrTail: connection.stderrTail, step, login: loginAdvice(file, methods) });

  const initialize = handshake(connection.request('initialize', greeting(files)).answer, stepOf('initialize')).pipe(
    map((answer) => Object(answer) as InitializeResponse),
  );

  const logIn = ({ authMethods }: InitializeResponse): Observable<unknown> => authenticate === undefined ? of(undefined) : handshake(
    connection.request('authenticate', { methodId: authenticate }).answer,
    stepOf('authenticate', authMethods),
  );

  const open = ({ agentCapabilities, authMethods }: InitializeResponse): Observable<string> => {
    const { sessionCapabilities, loadSession } = agentCapabilities ?? {};
    if (continued === undefined) {
      return handshake(connection.request('session/new', { cwd, mcpServers }).answer, stepOf('session/new', authMethods)).pipe(
        map((answer) => idOf(file, answer)),
      );
    }
    const again = { sessionId: continued, cwd, mcpServers };
    if (sessionCapabilities?.resume != null) {
      return handshake(connection.request('session/resume', again).answer, stepOf('session/resume', authMethods)).pipe(
        map(() => continued),
      );
    }
    if (loadSession === true) {
      return handshake(connection.request('session/load', again).answer, stepOf('session/load', authMethods)).pipe(
        switchMap(() => replayed),
        map(() => continued),
      );
    }
    return throwError(() => new NotStartedError(
      `\`${file}\` can neither resume nor load a session, so its process has to live on for a follow-up. Set \`keepAlive\`, or start anew.`,
    ));
  };

  /** Some agents answer first and replay the history then: that is over when nothing more comes. */
  const replayed = connection.updates.pipe(
    startWith(undefined), debounceTime(QUIET), take(1), takeUntil(timer(MAX_REPLAY)), defaultIfEmpty(undefined),
  );

  return defer(() => initialize.pipe(
    map((answer) => checked(file, answer)),
    switchMap((answer) => logIn(answer).pipe(switchMap(() => open(answer)))),
  ));
}

function checked(file: string, answer: InitializeResponse): InitializeResponse {
  const { protocolVersion } = greeting('none');
  if (answer.protocolVersion === protocolVersion) return answer;
  throw new NotStartedError(
    `\`${file}\` speaks version ${String(answer.protocolVersion)} of ACP, and this library ${protocolVersion}. Install one that does too.`,
  );
}

function idOf(file: string, answer: unknown): string {
  const { sessionId } = Object(answer) as { sessionId?: unknown };
  if (typeof sessionId === 'string' && sessionId !== '') return sessionId;
  throw new NotStartedError(`\`${file}\` answered session/new without a session id. Check that it is an ACP agent, and update it.`);
}
