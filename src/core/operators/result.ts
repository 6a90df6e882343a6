import type { OperatorFunction } from 'rxjs';
import { withClockOf } from '../clockOf.js';
import { errorIn } from '../internal/failure/errorOf.js';
import { watchEnding } from '../internal/output/watchEnding.js';
import type { OutputOrEvent, ResultIn } from '../resultIn.js';
import { Observable } from '../rx.js';

/**
 * The result of a run or of a task; errors where there is none.
 *
 * Without a `result` output the last thing printed that is not blank is the result, as `lastValueFrom` would have it; nothing is that a run
 * said which failed and was tried again or caught. A task's failure comes as the error of its code, a run's as whatever the agent threw.
 *
 * ```
 * run       --line--result(r)--|      task.events  --line--failed|
 * result()  -------------------(r|)   result()     --------#
 * ```
 *
 * ```ts
 * import { result, run } from 'sidestream';
 *
 * run(() => ['one', 'two'], { goal: 'count' }).pipe(result()).subscribe(console.log); // two
 * ```
 *
 * @see outcome for failures as values, collect for a promise
 */
export const result = <E extends OutputOrEvent>(): OperatorFunction<E, ResultIn<E>> => (source) => withClockOf(
  source,
  new Observable((subscriber) => {
    subscriber.add(watchEnding(source, (ending) => {
      if (ending?.type === 'completed') {
        subscriber.next(ending.result);
        subscriber.complete();
      } else {
        subscriber.error(errorIn(ending));
      }
    }));
  }),
);
