import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

/**
 * Calls `look` after `delay` milliseconds and again after as many as it answers, until it answers `undefined`. One timer at a time and
 * none per event: whoever looks compares times.
 */
export const watch = (scheduler: SchedulerLike, delay: number, look: () => number | undefined): Subscription =>
  scheduler.schedule(function again(this: SchedulerAction<void>) {
    const next = look();
    if (next !== undefined) this.schedule(undefined, next);
  }, delay);
