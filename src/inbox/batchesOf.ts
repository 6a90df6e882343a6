import {
  connect, defer, EMPTY, endWith, exhaustMap, filter, finalize, from, ignoreElements, map, merge, mergeMap, NEVER, of, repeat, scan,
  startWith, switchMap, take, takeUntil, takeWhile, timer, type Observable,
} from 'rxjs';
import { A_FUNCTION, A_STREAM, duration, readOptions, type Option } from '../core/check.js';
import { asksOf } from '../core/asksOf.js';
import { isOutcome, type TaskEvent } from '../core/events.js';
import type { Hands, LeasedBatch } from './hands.js';
import type { BatchOptions } from './inbox.js';
import { patientTimer } from './patientTimer.js';

const OPTIONS: Record<keyof BatchOptions, Option> = {
  boundary: [undefined, A_STREAM],
  busy: [undefined, A_FUNCTION],
  quiet: [150, duration(0)],
  burst: [900, duration(0)],
};

/** Milliseconds after which a busy parent is looked at again, as long as something waits. */
const AGAIN = 100;

/** How much hurry an ending makes, or a question. */
type Hurry = 'now' | 'soon';

/**
 * Batch after batch, one at a time: at boundaries, and where the parent is idle, when a burst of endings is over.
 *
 * @param lapses - whether the next one comes, too, when the time of this one has run out
 */
export function batchesOf(hands: Hands, options: BatchOptions = {}, lapses = true): Observable<LeasedBatch> {
  const { scope, hearing, waiting, lease, write } = hands;
  const { clock } = hearing;
  const asks = asksOf(scope);
  const isNews = (event: TaskEvent): boolean => isOutcome(event) || (event.type === 'question' && asks.isFor(event.taskId, event.kind));
  const { boundary, quiet, burst, busy = boundary === undefined ? () => hearing.isBusy : undefined } =
    readOptions('the options of batches', options, OPTIONS) as BatchOptions & { readonly quiet: number; readonly burst: number };
  return defer(() => {
    const ended = scope.events.pipe(ignoreElements(), endWith(undefined));
    const endings = scope.events.pipe(filter(isNews), map(({ type }): Hurry => type === 'failed' ? 'now' : 'soon'));
    // What is in hands comes back, said or unsaid.
    const returns = hearing.changes.pipe(startWith(undefined), switchMap(() => {
      const at = hearing.comesBackAt(hearing.unheard());
      // Not at once: whoever tells in the same frame is still inside the burst that handed it over.
      return merge(patientTimer(0, clock), at === Infinity ? EMPTY : patientTimer(at - hearing.now, clock));
    }));
    const stirs = merge(endings, returns.pipe(filter(() => waiting().length > 0), map((): Hurry => 'soon')));
    // The first stir opens a burst, each further one prolongs it, a failure ends it.
    const bursts = stirs.pipe(connect((all) => all.pipe(exhaustMap((first) => merge(
      all.pipe(
        startWith(first),
        scan((before: Hurry, hurry) => before === 'now' ? before : hurry),
        switchMap((hurry) => timer(hurry === 'now' ? 0 : quiet, clock)),
      ),
      timer(burst, clock),
    ).pipe(take(1))))));
    const free = busy === undefined ? EMPTY : bursts.pipe(exhaustMap(() => !busy() ? of(undefined) : patientTimer(AGAIN, clock).pipe(
      repeat(),
      map(() => waiting().length),
      takeWhile((count) => count > 0),
      filter(() => !busy()),
      take(1),
    )));
    const hand = (): Observable<LeasedBatch> => {
      const batch = lease({ kind: 'lease' });
      if (batch === undefined) return EMPTY;
      const over = lapses ? merge(batch.settled, batch.lapsed) : batch.settled;
      return merge(of(batch), NEVER).pipe(takeUntil(over), finalize(() => { batch.release(); }));
    };
    return merge(free, from(boundary ?? NEVER)).pipe(
      exhaustMap(() => {
        const ready = write();
        return ready === undefined ? hand() : from(ready).pipe(mergeMap(hand));
      }),
      takeUntil(ended),
    );
  });
}
