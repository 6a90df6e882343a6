import type { CloseReport, Delegator } from './agent.js';
import type { TaskId } from './events.js';
import { cancelAll, SessionCore } from './internal/session/sessionCore.js';
import { SessionVerbs } from './internal/session/sessionVerbs.js';
import { resolveLimits, type SessionOptions } from './limits.js';

/** Owns background tasks: starts them within its limits, keeps them for whoever asks, and ends them all when it is closed. */
export interface Session extends Delegator, AsyncDisposable {
  /**
   * Ends every task, waits until all have stopped, at most the grace, and reports which did not. Takes no more tasks from then on; what
   * is kept can still be read. Closing again answers with the same report.
   */
  close(reason?: unknown): Promise<CloseReport>;
  /** Ends every task, and answers with the ids of those that lived. The session goes on. */
  cancel(this: void, reason?: unknown): readonly TaskId[];
  /** Holds back what is delegated from now on, and what waits: it reads `queued`. What runs goes on. */
  pause(this: void): void;
  /** Lets them start. */
  resume(this: void): void;
  readonly isPaused: boolean;
}

/**
 * Creates a session.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 *
 * const session = createSession({ maxRunning: 4, overflow: 'queue' });
 * const task = session.delegate(async ({ goal }) => `${goal}: done`, { goal: 'count the files' });
 * console.log(task.snapshot().status); // running
 * console.log(await collect(task)); // count the files: done
 * console.log((await session.close()).stopped); // true
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be
 * @see SessionOptions for the limits and their defaults
 */
export function createSession(options?: SessionOptions): Session {
  const core = new SessionCore(resolveLimits(options));
  let closing: Promise<CloseReport> | undefined;
  const close = (reason: unknown = 'session_closed'): Promise<CloseReport> => closing ??= core.close(core.root, cancelAll(reason));
  return Object.assign(new SessionVerbs(core), { close, [Symbol.asyncDispose]: async () => { await close(); } });
}
