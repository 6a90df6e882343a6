import type { Observable } from 'rxjs';
import type { Delegator } from '../core/agent.js';
import type { Hearing } from '../tools/hearing/hearing.js';
import type { News } from '../tools/hearing/news.js';
import type { Hold, Telling } from '../tools/hearing/telling.js';
import type { Batch } from './inbox.js';

/** What hands batches over. */
export interface Hands {
  readonly scope: Delegator;
  readonly hearing: Hearing;
  /** Milliseconds until what was handed over comes back by itself. */
  readonly leaseTime: number;
  /** What nobody has heard of and nobody has in hand, questions first. */
  waiting(this: void): readonly News[];
  /** A batch that has come back, under its old id, or else a new one of what waits. */
  lease(this: void, how: Lease): LeasedBatch | undefined;
  /**
   * Of a scope with a store: writes down what `lease` would hand over, so that it can. Resolves when everything so far is kept, or the
   * store has not answered; nothing where there is nothing to wait for.
   *
   * @param what - `beside`: whether a new batch is taken beside those that have come back
   */
  write(this: void, what?: Pick<Lease, 'but' | 'most'> & { readonly beside?: boolean }): Promise<void> | undefined;
}

/** How a batch is handed over. */
export interface Lease {
  readonly kind: Hold['kind'];
  /** What is told elsewhere already. */
  readonly but?: ReadonlySet<News>;
  /** News of a new batch at most. */
  readonly most?: number | undefined;
  /** Whether to hand over only what has come back. */
  readonly returned?: boolean;
}

/** A batch that says more of what becomes of it. */
export interface LeasedBatch extends Batch {
  toJSON(): object;
  readonly telling: Telling;
  /** Emits when it was acknowledged or released. */
  readonly settled: Observable<void>;
  /** Emits when its time has run out, and nobody is at work with it. */
  readonly lapsed: Observable<void>;
  /** Whether all of it was heard of. */
  readonly isHeard: boolean;
}
