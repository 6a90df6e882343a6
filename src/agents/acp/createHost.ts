import { defer, from, map, switchMap, tap, type Observable, type Subscription } from 'rxjs';
import { cutText } from '../../core/cutText.js';
import { NotStartedError } from '../../core/errors.js';
import type { TaskId } from '../../core/events.js';
import { confine } from '../../processes/confine.js';
import { environmentOf } from '../../processes/environment.js';
import type { Launch } from '../../processes/launch.js';
import type { Desk } from '../../processes/workplace/atWorkplace.js';
import { AcpError } from './acpError.js';
import type { AcpSettings } from './acpOptions.js';
import { connect, type Connection } from './connection/connect.js';
import type { Conversation } from './conversation.js';
import type { Settled } from './prompts/createPrompts.js';
import type { Step } from './start/handshake.js';
import { isNewer } from './start/isNewer.js';
import { modeOfUpdate } from './mode/modesIn.js';
import { openSession } from './start/openSession.js';
import type { AcpCheckpoint } from './restart/acpCheckpoint.js';
import { reachMode } from './mode/reachMode.js';

/** Milliseconds that a program has to write its conversation down, when its input has ended and before TERM. */
const LINGER = 300;

/** Tasks whose conversations are remembered. */
const REMEMBERED = 1_000;

/** The conversations of an agent and the programs that hold them. */
export interface Host {
  /** The conversation of a task: a new one, or the one that is to be continued. @throws NotStartedError */
  begin(task: TaskId, session: string | undefined, desk: Desk): Conversation;
  /** The conversation of a task that goes on when its process has ended. */
  resume(task: TaskId, earlier: AcpCheckpoint, desk: Desk): Conversation;
  /** The conversation of a task that follows an earlier one: as it is known here, or as that one has saved it. @throws NotStartedError */
  follow(task: TaskId, earlier: TaskId, saved: AcpCheckpoint, desk: Desk): Conversation;
  /** The first conversation that is known here of these ids, of tasks or of sessions. */
  find(...ids: readonly (string | undefined)[]): Conversation | undefined;
  /** A program in which its session is open. */
  open(conversation: Conversation): Observable<Connection>;
  /** Lets go of it; settles when nothing of the task is left. */
  end(conversation: Conversation, settled: Promise<Settled>): Promise<void>;
  sessionOf(this: void, task: string): string | undefined;
  close(this: void): Promise<void>;
}

/**
 * Keeps the conversations of an agent. Each has a program of its own: what one task does to it, up to its KILL, is never felt by another.
 */
export function createHost(settings: AcpSettings): Host {
  const { command: file, args, env, sandbox, install, keepAlive, maxIdle, anySession, seen, handshakeTimeout } = settings;
  const conversations = new Map<string, Conversation>();
  const live = new Set<Connection>();
  let isClosed = false;
  let isVersionTold = false;

  function known(id: string | undefined): Conversation | undefined {
    if (id === undefined) return undefined;
    return conversations.get(id) ?? [...conversations.values()].find(({ sessionId }) => sessionId === id);
  }

  const find: Host['find'] = (first, ...others) => known(first) ?? (others.length === 0 ? undefined : find(...others));

  const create = (sessionId: string | undefined, cost: number | undefined, { cwd, worktree }: Desk): Conversation => ({
    sessionId, cost, cwd, worktree,
    home: undefined, isRestarted: false, modes: undefined, login: '', notices: [], lost: [],
    task: undefined, connection: undefined, following: undefined, isReady: false, released: Promise.resolve(), idle: undefined,
  });

  function continued(session: string, desk: Desk): Conversation {
    const conversation = known(session) ?? (anySession ? create(session, undefined, desk) : undefined);
    if (conversation === undefined) {
      throw new NotStartedError(
        `There is no conversation ${JSON.stringify(session)}. Name an earlier task of this agent, or leave \`session\` out.`,
      );
    }
    return free(conversation, session, 'session');
  }

  /** One that nobody is at, and that has begun. */
  function free(conversation: Conversation, id: string, field: 'session' | 'follow_up'): Conversation {
    if (conversation.task !== undefined) {
      throw new NotStartedError(`The task ${conversation.task} is still at work in that conversation. Steer it, or wait for its end.`);
    }
    if (conversation.sessionId === undefined) {
      throw new NotStartedError(`The conversation of ${id} ended before it had begun. Leave \`${field}\` out to begin a new one.`);
    }
    return conversation;
  }

  function remember(task: TaskId, conversation: Conversation): void {
    conversations.set(task, conversation);
    if (conversations.size <= REMEMBERED) return;
    for (const [id, each] of conversations) {
      if (each.task !== undefined || each.connection !== undefined) continue;
      conversations.delete(id);
      return;
    }
  }

  function news(version: string | undefined): readonly string[] {
    if (isVersionTold || seen === undefined || version === undefined || !isNewer(version, seen)) return [];
    isVersionTold = true;
    return [`[\`${file}\` is version ${cutText(version, 50).text}, newer than ${seen}, with which its options were tried]`];
  }

  function start(conversation: Conversation): Connection {
    if (isClosed) throw closedError();
    const own: Launch = { file, args, cwd: conversation.cwd, env: environmentOf(env), install };
    const connection = connect(confine(own, sandbox), settings, conversation.cwd);
    live.add(connection);
    conversation.connection = connection;
    conversation.isReady = false;
    return connection;
  }

  const follow = (conversation: Conversation, { updates }: Connection): Subscription => updates.subscribe({
    next: ({ sessionId, update }) => {
      const current = modeOfUpdate(update);
      if (sessionId !== conversation.sessionId || current === undefined || conversation.modes === undefined) return;
      conversation.modes = { ...conversation.modes, current };
    },
    // There is none: that a program has ended is told by what was asked of it.
    error: () => undefined,
  });

  /** A program that has lived on: it may have changed its mode meanwhile. */
  function again(conversation: Conversation, connection: Connection): Observable<Connection> {
    const { sessionId, modes, login } = conversation;
    const { stderrTail, secrets } = connection;
    const stepOf = (step: string): Step => ({ file, step, login, deadline: handshakeTimeout, stderrTail, secrets });
    return reachMode(connection, sessionId!, modes, settings, stepOf).pipe(
      map(({ notice }) => {
        if (notice !== undefined) conversation.notices = [notice];
        return connection;
      }),
    );
  }

  async function stop(conversation: Conversation, linger = 0): Promise<void> {
    const { connection } = conversation;
    clearTimeout(conversation.idle);
    conversation.following?.unsubscribe();
    conversation.connection = undefined;
    if (connection === undefined) return;
    await connection.close({ linger });
    live.delete(connection);
  }

  function rest(conversation: Conversation): void {
    conversation.connection!.hold(false);
    if (typeof keepAlive === 'number') conversation.idle = setTimeout(() => void stop(conversation), keepAlive).unref();
    // In the order of their tasks, so the first has rested longest.
    const resting = new Set([...conversations.values()].filter(({ task, connection }) =>
      task === undefined && connection?.isOpen() === true));
    for (const each of [...resting].slice(0, Math.max(resting.size - maxIdle, 0))) void stop(each);
  }

  return {
    find,

    begin(task, session, desk) {
      if (isClosed) throw closedError();
      const conversation = session === undefined ? create(undefined, 0, desk) : continued(session, desk);
      conversation.task = task;
      remember(task, conversation);
      return conversation;
    },

    follow(task, earlier, { session, mode }, desk) {
      if (isClosed) throw closedError();
      const conversation = find(earlier, session) ?? { ...create(session, undefined, desk), home: mode };
      free(conversation, earlier, 'follow_up').task = task;
      remember(task, conversation);
      return conversation;
    },

    resume(task, { session, mode }, desk) {
      if (isClosed) throw closedError();
      // What it had cost before is not known for sure: counting starts with the first figure.
      const conversation = { ...create(session, session === undefined ? 0 : undefined, desk), task, home: mode, isRestarted: true };
      remember(task, conversation);
      return conversation;
    },

    open: (conversation) => defer(() => from(conversation.released)).pipe(switchMap(() => {
      clearTimeout(conversation.idle);
      const kept = conversation.connection;
      if (kept?.isOpen() === true && conversation.isReady) {
        kept.hold(true);
        return again(conversation, kept);
      }
      return from(stop(conversation)).pipe(
        map(() => start(conversation)),
        switchMap((connection) => openSession(connection, settings, conversation).pipe(
          tap(({ version, notices, ...opened }) => {
            Object.assign(conversation, opened, { isReady: true, notices: [...notices, ...news(version)] });
            conversation.following = follow(conversation, connection);
          }),
          map(() => connection),
        )),
      );
    })),

    end(conversation, settled) {
      conversation.task = undefined;
      // What cannot be ended holds the task, and not the next one of the conversation.
      let gone: Promise<void> | undefined;
      conversation.released = settled.then(async (how) => {
        const { connection } = conversation;
        connection?.serve(undefined);
        const isWell = how !== 'unanswered' && conversation.isReady && connection?.isOpen() === true;
        if (keepAlive !== undefined && isWell && !isClosed) rest(conversation);
        else {
          gone = connection?.gone;
          await stop(conversation, how === 'ended' ? LINGER : 0);
        }
      });
      return conversation.released.then(() => gone);
    },

    sessionOf: (task) => conversations.get(task)?.sessionId,

    async close() {
      isClosed = true;
      for (const { idle } of conversations.values()) clearTimeout(idle);
      await Promise.all([...live].map((connection) => connection.close({
        reason: new AcpError(`\`${file}\` was closed with its agent.`),
      })));
    },
  };

  function closedError(): NotStartedError {
    return new NotStartedError(`The agent \`${file}\` was closed. Make another one with acp(…).`);
  }
}
