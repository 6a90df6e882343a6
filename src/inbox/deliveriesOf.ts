import {
  catchError, concat, defer, EMPTY, ignoreElements, map, merge, mergeMap, of, take, tap, timer, type Observable, type ObservableInput,
} from 'rxjs';
import { A_FUNCTION, A_STREAM, check } from '../core/check.js';
import { passes } from '../core/passes.js';
import { CollectTimeoutError } from '../core/errors.js';
import { batchesOf } from './batchesOf.js';
import type { Hands } from './hands.js';
import type { Batch, BatchOptions, Delivery } from './inbox.js';

/** Milliseconds before the first further try, doubled with each that fails, up to the last. */
const PAUSE = 1_000;
const LONGEST = 60_000;

const late = (ms: number): string =>
  `Telling took longer than ${ms} ms, so it will be tried again. Raise leaseTime, or call batch.extend() while it goes on.`;

/** Tells batch after batch, each until it was told: where `tell` answers with no stream, when it returns. */
export function deliveriesOf(
  hands: Hands, tell: (batch: Batch) => ObservableInput<unknown> | void, options?: BatchOptions,
): Observable<Delivery> {
  check('tell', tell, A_FUNCTION);
  return defer(() => {
    let failures = 0;
    return batchesOf(hands, options, false).pipe(mergeMap((batch) => {
      const { completions, questions } = batch;
      const told = defer(() => {
        failures = 0;
        batch.acknowledge();
        return of<Delivery>({ completions, questions, told: true });
      });
      const telling = defer(() => {
        const answer = tell(batch);
        return passes(answer, A_STREAM[0]) ? answer as ObservableInput<unknown> : EMPTY;
      });
      const isTold = concat(telling.pipe(ignoreElements()), of(undefined));
      // Where it was heard of, nobody is to hear again of it, however long the rest takes.
      const takesTooLong = batch.lapsed.pipe(map(() => {
        if (!batch.isHeard) throw new CollectTimeoutError(late(hands.leaseTime));
      }));
      return concat(merge(isTold, takesTooLong).pipe(take(1), ignoreElements()), told).pipe(
        catchError((error: unknown) => {
          const pause = Math.min(PAUSE * 2 ** failures++, LONGEST);
          batch.extend(Infinity);
          const goesBack = timer(pause, hands.hearing.clock).pipe(tap(() => { batch.release(); }), ignoreElements());
          return concat(of<Delivery>({ completions, questions, told: false, error }), goesBack);
        }),
      );
    }));
  });
}
