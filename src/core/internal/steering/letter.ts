import type { AsyncSubject, Subscription } from 'rxjs';
import type { SidestreamError } from '../../errors.js';
import type { SteeringState } from '../../events.js';
import type { SteeringReceipt } from '../../task.js';

/** One steering message and what has become of it. */
export interface Letter {
  readonly id: string;
  text: string;
  state: SteeringState;
  reason?: string | undefined;
  /** How many steps were over when it was delivered, where the agent works in steps. */
  step?: { readonly step: number } | undefined;
  /** For a refused message: why. */
  readonly error?: SidestreamError;
  settled?: AsyncSubject<SteeringReceipt>;
  /** While it is being handed over. */
  hand?: Subscription | undefined;
  /** By whom. */
  by?: unknown;
  /** What a later one replaces. */
  readonly key?: string | undefined;
  /** Whether it was told that it waits. */
  told?: boolean;
  /** Where its listeners handed it on to mailboxes of inner runs: how many of those have it and have not missed it. */
  copies?: number | undefined;
  /** The message of the outer mailbox that it is a copy of. */
  of?: Letter | undefined;
  /** Tells the outer mailbox what becomes of it. */
  tell?: ((copy: Letter) => void) | undefined;
}
