import {
  connect, defer, EMPTY, endWith, exhaustMap, filter, finalize, from, ignoreElements, map, merge, NEVER, of, scan, startWith, switchMap,
  take, takeUntil, timer, type Observable, type SchedulerLike,
} from 'rxjs';
import type { Delegator } from '../core/agent.js';
import { A_FUNCTION, A_STREAM, duration, readOptions, type Option } from '../core/check.js';
import { isOutcome } from '../core/events.js';
import type { Batch, BatchOptions } from './inbox.js';

/** What hands batches over. */
export interface Hands {
  readonly scope: Delegator;
  readonly clock: SchedulerLike;
  /** Emits when something was acknowledged or has come back. */
  readonly returned: Observable<void>;
  /** @param time - milliseconds until it comes back by itself */
  lease(this: void, time?: number): LeasedBatch | undefined;
}

/** A batch that says when it is no longer in hand. */
export interface LeasedBatch extends Batch {
  readonly settled: Observable<void>;
}

const OPTIONS: Record<keyof BatchOptions, Option> = {
  boundary: [undefined, A_STREAM],
  busy: [undefined, A_FUNCTION],
  quiet: [150, duration(0)],
  burst: [900, duration(0)],
};

/** How much hurry an ending makes. */
type Hurry = 'now' | 'soon';

/** Batch after batch, one at a time: at boundaries, and where the parent is idle, when a burst of endings is over. */
export function batchesOf({ scope, clock, returned, lease }: Hands, leaseTime: number, options: BatchOptions = {}): Observable<Batch> {
  const { boundary, quiet, burst, busy = () => boundary !== undefined } =
    readOptions('the options of batches', options, OPTIONS) as BatchOptions & { readonly quiet: number; readonly burst: number };
  return defer(() => {
    const ended = scope.events.pipe(ignoreElements(), endWith(undefined));
    const endings = scope.events.pipe(filter(isOutcome), map(({ type }): Hurry => type === 'failed' ? 'now' : 'soon'));
    const stirs = merge(endings, returned.pipe(map((): Hurry => 'soon')), of<Hurry>('soon'));
    // The first stir opens a burst, each further one prolongs it, a failure ends it.
    const bursts = stirs.pipe(connect((all) => all.pipe(exhaustMap((first) => merge(
      all.pipe(
        startWith(first),
        scan((before: Hurry, hurry) => before === 'now' ? before : hurry),
        switchMap((hurry) => timer(hurry === 'now' ? 0 : quiet, clock)),
      ),
      timer(burst, clock),
    ).pipe(take(1))))));
    const moments = merge(bursts.pipe(filter(() => !busy())), from(boundary ?? NEVER));
    return moments.pipe(
      exhaustMap(() => {
        const batch = lease(leaseTime);
        if (batch === undefined) return EMPTY;
        const back = leaseTime === Infinity ? NEVER : timer(leaseTime, clock);
        return merge(of(batch), NEVER).pipe(takeUntil(merge(batch.settled, back)), finalize(() => { batch.release(); }));
      }),
      takeUntil(ended),
    );
  });
}
