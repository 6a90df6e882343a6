import type { Observable, ObservableInput } from 'rxjs';
import type { Completion } from '../tools/answers/completion.js';

/** What a parent has not heard of yet: the tasks that its scope started and that have ended. */
export interface Inbox {
  /** How many completions wait to be handed over. */
  readonly waiting: number;
  /** Hands over what waits, oldest first; `undefined` where nothing does. For loops with safe moments of their own. */
  lease(this: void): Batch | undefined;
  /**
   * Hands over batch after batch: at the boundaries that the parent names, and where it is idle, as soon as a burst is over. The next
   * batch comes when this one was acknowledged or released; unsubscribing releases it.
   */
  batches(this: void, options?: BatchOptions): Observable<Batch>;
  /**
   * Hands each batch to `tell`, acknowledges it when what that returns completes or resolves, and where it fails releases it and tries
   * again later. Emits what became of each try; subscribe to it.
   */
  deliver(this: void, tell: (batch: Batch) => ObservableInput<unknown>, options?: BatchOptions): Observable<Delivery>;
  /** Says once of each completion that it has waited for longer than `maxAge`. */
  readonly overdue: Observable<Overdue>;
}

/** Completions that were handed over. They are told when acknowledged; what is not comes back. */
export interface Batch {
  readonly completions: readonly Completion[];
  /** The completions as a message for a model. */
  readonly text: string;
  /** They were told. Of what was retracted in the meantime, because a collect told it, nothing changes. */
  acknowledge(this: void): void;
  /** They were not told, and come back. */
  release(this: void): void;
}

/** When batches are handed over. */
export interface BatchOptions {
  /** Emits when the parent can be told, as between two steps of a model, at the end of a turn, and when it goes idle. @defaultValue none */
  readonly boundary?: ObservableInput<unknown> | undefined;
  /** Whether the parent is busy: then it is told at the next boundary, and not woken. @defaultValue always, where there is a boundary */
  readonly busy?: (() => boolean) | undefined;
  /** Milliseconds without a further ending after which a burst is over; a failure is told at once. @defaultValue 150 */
  readonly quiet?: number | undefined;
  /** Milliseconds that a burst may take at most. @defaultValue 900, so that a parent is woken within a second */
  readonly burst?: number | undefined;
}

/** What became of one try to tell a batch. */
export interface Delivery {
  readonly completions: readonly Completion[];
  readonly told: boolean;
  /** What `tell` threw. */
  readonly error?: unknown;
}

/** That a completion waits for too long. */
export interface Overdue {
  readonly task_id: string;
  /** Seconds since its end. */
  readonly waited: number;
  readonly message: string;
}

/** How an inbox is kept. */
export interface InboxOptions {
  /** Characters of each completion's summary, error or reason; `collect_task` has more. @defaultValue 2000 */
  readonly maxText?: number | undefined;
  /** Completions of one batch. @defaultValue 50 */
  readonly maxBatch?: number | undefined;
  /** Milliseconds after which what was handed over and neither acknowledged nor released comes back. @defaultValue 300000 */
  readonly leaseTime?: number | undefined;
  /** Milliseconds after which `overdue` says that a completion was not told. @defaultValue 600000 */
  readonly maxAge?: number | undefined;
}
