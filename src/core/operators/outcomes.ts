import type { Observable, ObservableInput, ObservedValueOf } from 'rxjs';
import { from, merge } from '../rx.js';
import type { ResultIn } from '../resultIn.js';
import type { Outcome, TaskEvent } from '../events.js';
import { outcome } from './outcome.js';

/**
 * The outcomes of several tasks, each when it comes; completes with the last one, and never errors.
 *
 * ```
 * task a     ──line──────completed|
 * task b     ──────completed|
 * outcomes   ──────b─────a|
 * ```
 *
 * ```ts
 * import { take, timer, map } from 'rxjs';
 * import { createSession, outcomes } from 'sidestream';
 *
 * const session = createSession();
 * const tasks = [1_000, 10].map((ms) => session.delegate(() => timer(ms).pipe(map(() => `took ${ms} ms`)), { goal: 'wait' }));
 * outcomes(tasks).pipe(take(1)).subscribe(({ type, result }: any) => console.log(type, result)); // completed took 10 ms
 * ```
 *
 * The first of them is `take(1)`, all of them `toArray()`.
 */
export const outcomes = <T extends ObservableInput<TaskEvent>>(tasks: readonly T[]): Observable<Outcome<ResultIn<ObservedValueOf<T>>>> =>
  merge(...tasks.map((task) => from<ObservableInput<TaskEvent>>(task).pipe(outcome()))) as Observable<Outcome<never>>;
