import type { SchedulerLike, Subscription } from 'rxjs';
import { DeadlineExceededError, StalledError, type SidestreamError } from '../../errors.js';
import { watch } from './watch.js';

/** The part of its idle timeout after which a silent task is warned of. */
const WARN_AT = 0.8;

/** The time by which limits are kept. */
export interface LimitClock {
  now(): number;
  /** Milliseconds for which nobody's child could run. */
  stoodStill(): number;
  watchFor(limit: number): Subscription;
}

/** A running task whose time is limited. */
export interface Watched {
  readonly deadline: number | undefined;
  readonly idleTimeout: number | undefined;
  /** When the task, or anything below it, last put anything out. */
  lastActivityBelow(): number;
  warn(code: 'idle', message: string): void;
  fail(error: SidestreamError): void;
}

/** Watches a task's deadline and its silence, with one timer and nothing to do per event. */
export function watchLimits(task: Watched, clock: LimitClock, scheduler: SchedulerLike): Subscription | undefined {
  const { deadline = Infinity, idleTimeout = Infinity } = task;
  if (deadline === Infinity && idleTimeout === Infinity) return undefined;
  const warning = Math.ceil(idleTimeout * WARN_AT);
  const started = clock.now() - clock.stoodStill();
  let active = clock.now();
  /** How long this process had stood still when the task was last active, at the latest. */
  let stillThen = clock.stoodStill();
  let stillBefore = stillThen;
  let warned = false;

  const look = (): number | undefined => {
    const now = clock.now();
    const still = clock.stoodStill();
    const lastActivity = task.lastActivityBelow();
    if (lastActivity !== active) {
      active = lastActivity;
      stillThen = stillBefore;
      warned = false;
    }
    stillBefore = still;
    const silence = now - active - (still - stillThen);
    const left = started + deadline - (now - still);
    if (left <= 0) {
      task.fail(new DeadlineExceededError(`The task ran longer than its deadline of ${deadline} ms.`));
      return undefined;
    }
    if (silence >= idleTimeout) {
      task.fail(new StalledError(`The task put nothing out for its idle timeout of ${idleTimeout} ms.`));
      return undefined;
    }
    if (silence < warning) return Math.min(left, warning - silence);
    if (!warned) {
      warned = true;
      task.warn('idle', `The task has put nothing out for ${silence} ms; at ${idleTimeout} ms it fails as stalled.`);
    }
    return Math.min(left, idleTimeout - silence);
  };
  const watching = watch(scheduler, Math.min(deadline, warning), look);
  watching.add(clock.watchFor(Math.min(deadline, idleTimeout)));
  return watching;
}
