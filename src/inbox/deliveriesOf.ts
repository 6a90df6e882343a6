import { catchError, concat, defer, ignoreElements, mergeMap, of, tap, timer, type Observable, type ObservableInput } from 'rxjs';
import { A_FUNCTION, check } from '../core/check.js';
import { batchesOf, type Hands } from './batchesOf.js';
import type { Batch, BatchOptions, Delivery } from './inbox.js';

/** Milliseconds before the first further try, doubled with each that fails, up to the last. */
const PAUSE = 1_000;
const LONGEST = 60_000;

/** Tells batch after batch, each until it was told. */
export function deliveriesOf(hands: Hands, tell: (batch: Batch) => ObservableInput<unknown>, options?: BatchOptions): Observable<Delivery> {
  check('tell', tell, A_FUNCTION);
  return defer(() => {
    let failures = 0;
    // Telling may take as long as it takes, so the batch stays in hand until that is over.
    return batchesOf(hands, Infinity, options).pipe(mergeMap((batch) => {
      const { completions } = batch;
      const told = defer(() => {
        failures = 0;
        batch.acknowledge();
        return of<Delivery>({ completions, told: true });
      });
      return concat(defer(() => tell(batch)).pipe(ignoreElements()), told).pipe(catchError((error: unknown) => {
        const pause = Math.min(PAUSE * 2 ** failures++, LONGEST);
        const goesBack = timer(pause, hands.clock).pipe(tap(() => { batch.release(); }), ignoreElements());
        return concat(of<Delivery>({ completions, told: false, error }), goesBack);
      }));
    }));
  });
}
