import type { SchedulerLike, Subscription } from 'rxjs';
import { DeadlineExceededError, StalledError, type SidestreamError } from '../../errors.js';
import { watch } from './watch.js';

/** The part of its idle timeout after which a silent task is warned of. */
const WARN_AT = 0.8;

/** A running task whose time is limited. */
export interface Watched {
  readonly startedAt: number | undefined;
  readonly deadline: number | undefined;
  readonly idleTimeout: number | undefined;
  /** When the task, or anything below it, last put anything out. */
  lastActivityBelow(): number;
  warnIdle(message: string): void;
  fail(error: SidestreamError): void;
}

/** Watches a task's deadline and its silence, with one timer and nothing to do per event. */
export function watchLimits(task: Watched, scheduler: SchedulerLike): Subscription | undefined {
  const { deadline = Infinity, idleTimeout = Infinity, startedAt = 0 } = task;
  if (deadline === Infinity && idleTimeout === Infinity) return undefined;
  const warning = Math.ceil(idleTimeout * WARN_AT);
  let warnedOf = -1;

  const look = (): number | undefined => {
    const now = scheduler.now();
    const lastActivity = task.lastActivityBelow();
    const silence = now - lastActivity;
    const left = startedAt + deadline - now;
    if (left <= 0) {
      task.fail(new DeadlineExceededError(`The task ran longer than its deadline of ${deadline} ms.`));
      return undefined;
    }
    if (silence >= idleTimeout) {
      task.fail(new StalledError(`The task put nothing out for its idle timeout of ${idleTimeout} ms.`));
      return undefined;
    }
    if (silence < warning) return Math.min(left, warning - silence);
    if (warnedOf !== lastActivity) {
      warnedOf = lastActivity;
      task.warnIdle(`The task has put nothing out for ${silence} ms; at ${idleTimeout} ms it fails as stalled.`);
    }
    return Math.min(left, idleTimeout - silence);
  };
  return watch(scheduler, Math.min(deadline, warning), look);
}
