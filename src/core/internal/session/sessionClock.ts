import type { SchedulerLike } from 'rxjs';
import { Subscription } from '../../rx.js';
import { watch } from '../limits/watch.js';

/** Milliseconds by which two clocks may differ and still show the same time. */
const SAME = 1_000;

/**
 * The time of a session. Durations are taken on a clock that only ever goes on: the wall clock can be set. Where the scheduler's time
 * is not that of the wall, it is virtual, and the only one.
 *
 * It also knows how long this process stood still, stopped by a signal, asleep with its host or busy with long work: nobody's child could
 * run in that time, so no limit counts it.
 */
export class SessionClock {
  /** What the wall clock showed when this one began. */
  readonly began: number = 0;
  readonly #steady: (() => number) | undefined;
  /** When the wall clock was last looked at, and how far it was ahead. */
  #looked = -Infinity;
  #ahead = 0;
  #still = 0;
  /** When the pulse is to beat next, how often it does, and for how many. */
  #due = Infinity;
  #every = Infinity;
  #watched = 0;
  #pulse = Subscription.EMPTY;

  constructor(private readonly scheduler: SchedulerLike) {
    const { performance } = globalThis as { readonly performance?: { now(): number } };
    // The one look past the scheduler: in a marble test even RxJS's own shows virtual time.
    // eslint-disable-next-line no-restricted-properties -- for that very reason
    if (performance === undefined || Math.abs(scheduler.now() - Date.now()) > SAME) return;
    const now = performance.now.bind(performance);
    const first = now();
    // Small whole numbers, which take no memory of their own.
    this.#steady = () => Math.floor(now() - first);
    this.began = scheduler.now();
  }

  /** Milliseconds, for durations. */
  now(): number { return this.#steady === undefined ? this.scheduler.now() : this.#steady(); }

  /** What the wall clock showed, or would have shown, at a moment of this one. It is looked at once a second. */
  wall(moment: number): number {
    if (this.#steady === undefined) return moment;
    if (moment - this.#looked >= SAME) {
      this.#looked = moment;
      const ahead = this.scheduler.now() - this.began - this.#steady();
      this.#ahead = Math.abs(ahead) < SAME / 2 ? 0 : ahead;
    }
    return moment + this.began + this.#ahead;
  }

  /** Milliseconds for which this process stood still while somebody had asked to have that watched. */
  stoodStill(): number { return this.#still + this.#late(); }

  /** Watches, for a limit of so many milliseconds, whether this process stands still. */
  watchFor(limit: number): Subscription {
    const watching = new Subscription(() => {
      if (--this.#watched > 0) return;
      this.#pulse.unsubscribe();
      this.#due = this.#every = Infinity;
    });
    this.#watched += 1;
    const every = Math.min(SAME, Math.ceil(limit / 8));
    if (this.#steady === undefined || every >= this.#every) return watching;
    this.#still += this.#late();
    this.#every = every;
    this.#due = this.now() + every;
    this.#pulse.unsubscribe();
    this.#pulse = watch(this.scheduler, every, () => {
      this.#still += this.#late();
      this.#due = this.now() + every;
      return every;
    });
    return watching;
  }

  /** Timers are always a little late; what is more than a whole beat was a standstill. */
  #late(): number {
    const late = this.now() - this.#due;
    return late > this.#every ? late : 0;
  }
}
