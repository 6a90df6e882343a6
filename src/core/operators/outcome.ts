import type { Observable, OperatorFunction } from 'rxjs';
import { catchError, concat, defer, EMPTY, filter, of, take, tap } from '../rx.js';
import type { OutputOrEvent, ResultIn } from '../resultIn.js';
import { isOutcome, type Ending, type TaskEvent } from '../events.js';
import { causes } from '../internal/failure/causes.js';
import { withClockOf } from '../clockOf.js';
import { failureOf } from '../internal/failure/failureOf.js';
import { noResult } from '../internal/failure/noResult.js';
import { Transcript } from '../internal/output/transcript.js';
import { resolveLimits } from '../limits.js';

const READER = { form: resolveLimits(), print: (): void => undefined };

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
export const outcome = <E extends OutputOrEvent>(): OperatorFunction<E, Ending<ResultIn<E>>> => (
  source: Observable<OutputOrEvent>,
) => withClockOf(source, defer(() => {
  const transcript = new Transcript<unknown>(READER);
  let isTask = false;
  let found = false;
  const given = source.pipe(
    tap((output) => {
      if ('taskId' in output) isTask = true;
      else transcript.take(output);
    }),
    filter((output): output is TaskEvent<never> & Ending<never> => 'taskId' in output && isOutcome(output)),
    take(1),
    tap(() => { found = true; }),
    catchError((thrown: unknown) => {
      found = true;
      return of(failed(thrown));
    }),
  );
  const made = defer(() => {
    if (isTask || found) return EMPTY;
    const value = transcript.end();
    return of<Ending<never>>(value === undefined ? failed(noResult()) : { type: 'completed', result: value.value as never });
  });
  return concat(given, made);
}));

function failed(thrown: unknown): Ending<never> {
  const ending: Ending<never> = { type: 'failed', error: failureOf(thrown) };
  causes.set(ending, thrown);
  return ending;
}
