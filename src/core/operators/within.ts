import type { MonoTypeOperatorFunction } from 'rxjs';
import { check, duration } from '../check.js';
import { clockOf } from '../clockOf.js';
import { deadline } from '../internal/task/deadline.js';

/**
 * Errors with CollectTimeoutError when the source has not completed within `ms` milliseconds of the subscription.
 *
 * Unlike RxJS's `timeout`, it limits the whole and not the gaps, and it refuses what no timer can take: `NaN` and `Infinity` would fire at
 * once. What comes synchronously is in time, also for 0.
 *
 * ```
 * source      --a--b--c--|
 * within(6)   --a--b-#
 * ```
 *
 * ```ts
 * import { createSession, outcome, within } from 'sidestream';
 *
 * const task = createSession().delegate(() => new Promise<string>(() => undefined), { goal: 'wait' });
 * task.events.pipe(outcome(), within(20)).subscribe({ error: (error) => console.log(error.code) }); // timeout
 * ```
 *
 * Where it stops watching a task, the task goes on; where it unsubscribes a `run()`, the run is stopped.
 *
 * @throws InvalidArgumentError where `ms` is no number of milliseconds from 0 to 2147483647
 * @see collect
 */
export function within<T>(ms: number): MonoTypeOperatorFunction<T> {
  check('ms', ms, duration(0));
  return (source) => source.pipe(deadline(ms, clockOf(source)));
}
