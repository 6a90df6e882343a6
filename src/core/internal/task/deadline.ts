import type { MonoTypeOperatorFunction, SchedulerLike } from 'rxjs';
import { map, takeUntil, timer } from '../../rx.js';
import { CollectTimeoutError } from '../../errors.js';

/** Errors when the source has not completed within `ms`. What comes synchronously is in time, also for 0. */
export const deadline = <T>(ms: number, scheduler: SchedulerLike): MonoTypeOperatorFunction<T> =>
  takeUntil(timer(ms, scheduler).pipe(map(() => {
    throw new CollectTimeoutError(`The task has not ended within ${ms} ms. It goes on; collect it again.`);
  })));
