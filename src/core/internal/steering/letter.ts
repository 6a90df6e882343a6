import type { AsyncSubject, Subscription } from 'rxjs';
import type { SidestreamError } from '../../errors.js';
import type { SteeringState } from '../../events.js';
import type { SteeringReceipt } from '../../task.js';

/** One steering message and what has become of it. */
export interface Letter {
  readonly id: string;
  text: string;
  state: SteeringState;
  reason?: string;
  /** How many steps were over when it was delivered, where the agent works in steps. */
  step?: { readonly step: number } | undefined;
  /** For a refused message: why. */
  readonly error?: SidestreamError;
  settled?: AsyncSubject<SteeringReceipt>;
  /** While it is being handed over. */
  hand?: Subscription | undefined;
}
