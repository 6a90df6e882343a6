import type { Ending } from '../../events.js';
import { describeThrown } from '../failure/describeThrown.js';

/** How a task ends. */
export interface Decision {
  /** None where it only stops here, and goes on when its store is opened again. */
  readonly ending?: Ending;
  readonly cause: unknown;
  /** Whether its child is stopped, and did not end by itself: then its signal aborts. */
  readonly stops: boolean;
}

/** That somebody ended it, with a reason perhaps. */
export const cancelledBy = (cause: unknown): Decision & { readonly ending: Ending } => ({
  ending: { type: 'cancelled', reason: cause === undefined ? 'cancelled' : describeThrown(cause).message }, cause, stops: true,
});

export const PARENT_ENDED: Decision = cancelledBy('parent_ended');
