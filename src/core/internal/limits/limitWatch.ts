import type { SchedulerLike, Subscription } from 'rxjs';
import type { WrapUp } from '../../budget.js';
import { DeadlineExceededError, StalledError, type SidestreamError } from '../../errors.js';
import { watch } from './watch.js';

/** The part of its idle timeout after which a silent task is warned of. */
const WARN_AT = 0.8;

/** The time by which limits are kept. */
export interface LimitClock {
  now(): number;
  /** Milliseconds for which nobody's child could run. */
  stoodStill(): number;
  watchFor(limit: number): Subscription;
}

/** A running task whose time is limited. */
export interface Watched {
  readonly deadline: number | undefined;
  readonly idleTimeout: number | undefined;
  readonly wrapUp: WrapUp | undefined;
  /** When the task, or anything below it, last put anything out. */
  lastActivityBelow(): number;
  /** Says that it is near a limit. @param told - what the child itself is told */
  warn(code: 'idle' | 'deadline', message: string, told?: string): void;
  fail(error: SidestreamError): void;
}

/**
 * Watches a task's deadline and its silence, with one timer and nothing to do per event. While the task waits for something, neither goes
 * on, and there is no timer.
 *
 * ```
 * task      ──started────│waiting│────────────
 * deadline  ──────1──2──3         4──5──(failed)
 * ```
 */
export class LimitWatch {
  readonly #deadline: number;
  readonly #idleTimeout: number;
  /** The silence after which the task is warned of, and what is then left of its deadline. */
  readonly #quiet: number;
  readonly #before: number;
  readonly #started: number;
  #active: number;
  /** How long its time had stood still when the task was last active, at the latest. */
  #stillThen: number;
  #stillBefore: number;
  #isQuiet = false;
  #isLate = false;
  /** Milliseconds that it waited, those apart in which this process stood still as well. */
  #waited = 0;
  #waitsSince = 0;
  #timer: Subscription | undefined;

  constructor(private readonly task: Watched, private readonly clock: LimitClock, private readonly scheduler: SchedulerLike) {
    const { deadline = Infinity, idleTimeout = Infinity, wrapUp } = task;
    const before = wrapUp?.before;
    this.#deadline = deadline;
    this.#idleTimeout = idleTimeout;
    this.#quiet = before === undefined ? Math.ceil(idleTimeout * WARN_AT) : idleTimeout - before;
    this.#before = before ?? 0;
    this.#stillThen = this.#stillBefore = this.#still;
    this.#active = clock.now();
    this.#started = this.#active - this.#stillThen;
    this.#run();
  }

  /** Lets the time of the task stand still. */
  wait(): void {
    this.#look();
    this.#waitsSince = this.#time;
    this.unsubscribe();
  }

  /** Lets it go on. */
  resume(): void {
    this.#waited += this.#time - this.#waitsSince;
    const active = this.task.lastActivityBelow();
    if (active !== this.#active) {
      // While it waited: its silence begins anew.
      this.#active = active;
      this.#stillThen = this.#still - (this.clock.now() - active);
      this.#isQuiet = false;
    }
    this.#stillBefore = this.#still;
    this.#run();
  }

  unsubscribe(): void { this.#timer?.unsubscribe(); }

  /** Milliseconds in which a child could run. */
  get #time(): number { return this.clock.now() - this.clock.stoodStill(); }

  get #still(): number { return this.clock.stoodStill() + this.#waited; }

  get #silence(): number { return this.clock.now() - this.#active - (this.#still - this.#stillThen); }

  get #left(): number { return this.#started + this.#deadline - (this.clock.now() - this.#still); }

  #run(): void {
    this.#timer = watch(this.scheduler, this.#next, () => this.#act());
    this.#timer.add(this.clock.watchFor(Math.min(this.#deadline, this.#idleTimeout)));
  }

  /** When there is something to do next. */
  get #next(): number {
    const left = this.#left;
    const quiet = (this.#isQuiet ? this.#idleTimeout : this.#quiet) - this.#silence;
    return Math.max(0, Math.min(left, quiet, this.#isLate ? Infinity : left - this.#before));
  }

  #look(): void {
    const active = this.task.lastActivityBelow();
    if (active !== this.#active) {
      this.#active = active;
      this.#stillThen = this.#stillBefore;
      this.#isQuiet = false;
    }
    this.#stillBefore = this.#still;
  }

  #act(): number | undefined {
    this.#look();
    const { task } = this;
    const left = this.#left;
    const silence = this.#silence;
    const message = task.wrapUp?.before === undefined ? undefined : task.wrapUp.message;
    if (left <= 0) {
      task.fail(new DeadlineExceededError(`The task ran longer than its deadline of ${this.#deadline} ms.`));
      return undefined;
    }
    if (silence >= this.#idleTimeout) {
      task.fail(new StalledError(`The task put nothing out for its idle timeout of ${this.#idleTimeout} ms.`));
      return undefined;
    }
    if (message !== undefined && left <= this.#before && !this.#isLate) {
      this.#isLate = true;
      task.warn('deadline', `The task has ${left} ms left; then it fails as deadline_exceeded.`, message);
    }
    if (silence >= this.#quiet && !this.#isQuiet) {
      this.#isQuiet = true;
      const words = `The task has put nothing out for ${silence} ms; at ${this.#idleTimeout} ms it fails as stalled.`;
      task.warn('idle', words, message);
    }
    return this.#next;
  }
}
