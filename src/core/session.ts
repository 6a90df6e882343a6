import type { Delegator } from './agent.js';
import type { TaskId } from './events.js';
import { ScopeVerbs } from './internal/task/scopeVerbs.js';
import { cancelAll, closeAll } from './internal/session/closeAll.js';
import { SessionCore } from './internal/session/sessionCore.js';
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
}

/** What became of the tasks of a closed session. */
export interface CloseReport {
  /** Whether nothing is left running. */
  readonly stopped: boolean;
  /** The tasks that were ended by closing. */
  readonly ids: readonly TaskId[];
  /** The tasks that had not stopped when the grace ran out, whatever ended them. */
  readonly notStopped: readonly TaskId[];
  /** The tasks that had ended before, and whose end nobody had heard of. */
  readonly unheard: readonly TaskId[];
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
  const close = (reason: unknown = 'session_closed'): Promise<CloseReport> => closing ??= closeAll(core, cancelAll(reason));
  return Object.assign(new ScopeVerbs(core, core.root), {
    close,
    cancel: (reason?: unknown) => core.endAll(cancelAll(reason)),
    [Symbol.asyncDispose]: async () => { await close(); },
  });
}
