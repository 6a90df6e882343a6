import type { AuthMethod, InitializeResponse, McpServer } from '@agentclientprotocol/sdk';
import {
  catchError, debounceTime, defaultIfEmpty, defer, map, of, startWith, switchMap, take, takeUntil, throwError, timer, type Observable,
} from 'rxjs';
import { NotStartedError } from '../../../core/errors.js';
import type { AcpSettings } from '../acpOptions.js';
import type { Conversation } from '../conversation.js';
import { greeting, type Connection } from '../connection/connect.js';
import { handshake, type Step } from './handshake.js';
import { loginAdvice } from './loginAdvice.js';
import { modesIn, type Modes } from '../mode/modesIn.js';
import { reachMode } from '../mode/reachMode.js';

/** Milliseconds of silence after which a history counts as replayed, and how long that is waited for. */
const QUIET = 100;
const MAX_REPLAY = 2_000;

/** A session that is open in a program. */
export interface Opened {
  readonly sessionId: string;
  readonly modes: Modes | undefined;
  /** How to log in. */
  readonly login: string;
  /** The version of the agent, where it told it. */
  readonly version: string | undefined;
  /** What is to be said of how it was opened. */
  readonly notices: readonly string[];
}

/** What is opened. */
type Continued = Pick<Conversation, 'cwd' | 'sessionId' | 'home' | 'isRestarted'>;

/** What is answered to the request that opens it, and what is to be said of that. */
interface Door {
  readonly sessionId: string;
  readonly answer: unknown;
  readonly notices: readonly string[];
}

/**
 * Introduces this side to a program that has just started, opens a session in it, a new one or one to be continued, and brings it into its
 * mode.
 */
export function openSession(
  connection: Connection, settings: AcpSettings, { cwd, sessionId: continued, home, isRestarted }: Continued,
): Observable<Opened> {
  const wanted = { ...settings, mode: settings.mode ?? home };
  const { command: file, files, authenticate, handshakeTimeout: deadline } = settings;
  const mcpServers: McpServer[] = [...settings.mcpServers];
  const stepOf = (step: string, methods?: readonly AuthMethod[]): Step =>
    ({ file, deadline, stderrTail: connection.stderrTail, secrets: connection.secrets, step, login: loginAdvice(file, methods) });

  const initialize = handshake(connection.request('initialize', greeting(files)).answer, stepOf('initialize')).pipe(
    map((answer) => Object(answer) as InitializeResponse),
  );

  const logIn = ({ authMethods }: InitializeResponse): Observable<unknown> => authenticate === undefined ? of(undefined) : handshake(
    connection.request('authenticate', { methodId: authenticate }).answer,
    stepOf('authenticate', authMethods),
  );

  const open = ({ agentCapabilities, authMethods }: InitializeResponse): Observable<Door> => {
    const { sessionCapabilities, loadSession } = agentCapabilities ?? {};
    if (continued === undefined) {
      return handshake(connection.request('session/new', { cwd, mcpServers }).answer, stepOf('session/new', authMethods)).pipe(
        map((answer) => ({ sessionId: idOf(file, answer), answer, notices: [] })),
      );
    }
    const again = { sessionId: continued, cwd, mcpServers };
    const load = (...notices: readonly string[]): Observable<Door> =>
      handshake(connection.request('session/load', again).answer, stepOf('session/load', authMethods)).pipe(
        switchMap((answer) => replayed.pipe(map(() => ({ sessionId: continued, answer, notices })))),
      );
    if (sessionCapabilities?.resume != null) {
      return handshake(connection.request('session/resume', again).answer, stepOf('session/resume', authMethods)).pipe(
        map((answer) => ({ sessionId: continued, answer, notices: [] })),
        catchError((error: unknown) => {
          if (!isMissing((error as Error).cause)) return throwError(() => error);
          return loadSession === true
            ? load(`[\`${file}\` announces session/resume and does not have it; the conversation was loaded instead]`)
            : throwError(() => unableTo('announces session/resume and does not have it, and cannot load a session'));
        }),
      );
    }
    return loadSession === true ? load() : throwError(() => unableTo('can neither resume nor load a session'));
  };

  const unableTo = (what: string): NotStartedError => new NotStartedError(
    `\`${file}\` ${what}, ${isRestarted
      ? 'so its conversation ended with its process.'
      : 'so its process has to live on for a follow-up. Set `keepAlive`, or start anew.'}`,
  );

  /** Some agents answer first and replay the history then: that is over when nothing more comes. */
  const replayed = connection.updates.pipe(
    startWith(undefined), debounceTime(QUIET), take(1), takeUntil(timer(MAX_REPLAY)), defaultIfEmpty(undefined),
  );

  return defer(() => initialize.pipe(
    map((answer) => checked(file, answer)),
    switchMap((greeted) => logIn(greeted).pipe(
      switchMap(() => open(greeted)),
      switchMap(({ sessionId, answer, notices }): Observable<Opened> => {
        const modes = modesIn(answer);
        return reachMode(connection, sessionId, modes, wanted, (step) => stepOf(step, greeted.authMethods)).pipe(
          map(({ mode, notice }) => ({
            sessionId,
            modes: modes && { ...modes, current: mode ?? modes.current },
            login: loginAdvice(file, greeted.authMethods),
            version: versionOf(greeted),
            notices: notice === undefined ? notices : [...notices, notice],
          })),
        );
      }),
    )),
  ));
}

/** Whether an agent does not know a method. */
const isMissing = (error: unknown): boolean => (Object(error) as { code?: unknown }).code === -32_601;

function versionOf({ agentInfo }: InitializeResponse): string | undefined {
  const { version } = Object(agentInfo) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
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
