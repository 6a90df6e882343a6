import type { OperatorFunction } from 'rxjs';
import { withClockOf } from '../clockOf.js';
import type { Ending } from '../events.js';
import { watchEnding } from '../internal/output/watchEnding.js';
import type { OutputOrEvent, ResultIn } from '../resultIn.js';
import { Observable } from '../rx.js';

/**
 * How a run or a task ended, as one value; never errors.
 *
 * Of a task it is the outcome event. Of a `run()` it is made of its last result, or of its last line, or of its error.
 *
 * ```
 * task.events  --line--completed|      run  --line--result(r)--|      run  --line--#
 * outcome()    --------(completed|)         -------------------(c|)        --------(f|)
 * ```
 *
 * ```ts
 * import { outcome, run } from 'sidestream';
 *
 * run(() => ['one', 'two'], { goal: 'count' }).pipe(outcome()).subscribe(console.log); // { type: 'completed', result: 'two' }
 * ```
 *
 * Events that complete without an outcome, because they were cut short, have none here either.
 *
 * @see result for the value itself, with failures on the error channel
 */
export const outcome = <E extends OutputOrEvent>(): OperatorFunction<E, Ending<ResultIn<E>>> => (source) => withClockOf(
  source,
  new Observable((subscriber) => {
    subscriber.add(watchEnding(source, (ending) => {
      if (ending !== undefined) subscriber.next(ending);
      subscriber.complete();
    }));
  }),
);
