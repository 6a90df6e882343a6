import type { SchedulerLike, Subscription } from 'rxjs';
import { InvalidArgumentError, type SidestreamError } from '../../errors.js';
import type { Fact, Store, StoreWarning } from '../../store.js';
import { StoreDamagedError, StoreLostError, StoreUnavailableError } from '../../storeErrors.js';
import type { Gate } from './gatedDispatcher.js';

/** Milliseconds after which a commit that failed is tried again, at first and at most. */
const PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** Milliseconds that an answer waits for its facts to be kept. */
const PATIENCE = 5_000;

/** Whom commits report to. */
export interface CommitsOwner {
  readonly scheduler: SchedulerLike;
  /** Tells it behind what is under way. */
  readonly warn: (warning: StoreWarning) => void;
  /** What waited for the store may go on. */
  resumed(): void;
  /** Nothing will ever be kept again: somebody else owns the store, or it is damaged. */
  lost(): void;
}

/**
 * The facts of a session on their way into its store: one group at a time, in their order. What comes while one is under way makes the
 * next, so the slower the store, the larger the groups. A group that fails is tried again, and nothing passes it.
 *
 * ```
 * facts   ──a─bc────d───────e──
 * commit  ──(a──)(bc─d──)──(e──)
 * kept    ──────a───────bcd────e
 * ```
 */
export class Commits implements Gate {
  written = 0;
  kept = 0;
  #group: Fact[] = [];
  #isUnderWay = false;
  /** What is being written for somebody who waits for that. */
  #asked: Fact | undefined;
  #isClosed = false;
  #failure: SidestreamError | undefined;
  #again: Subscription | undefined;
  #pause = PAUSE;
  #waiting: { readonly place: number; readonly work: () => void; readonly lost: (() => void) | undefined }[] = [];

  constructor(private readonly store: Store, private readonly owner: CommitsOwner) {}

  write(fact: Fact): void {
    if (this.isLost) return;
    this.#group.push(fact);
    this.written += 1;
  }

  /**
   * Writes a fact that is refused where it cannot be kept.
   *
   * @throws StoreUnavailableError, StoreLostError, and InvalidArgumentError where the store refuses just this fact
   */
  writeNow(fact: Fact): void {
    if (this.isLost || this.#group.length > 0) this.#refuse();
    // Nothing else waits, so there is nothing to be tried again but this.
    this.#stopTrying();
    this.write(fact);
    this.#asked = fact;
    this.flush();
    this.#asked = undefined;
    if (this.#failure !== undefined && this.isLost) throw this.#failure;
    if (this.#group.at(-1) !== fact || this.#failure === undefined) return;
    this.#group.pop();
    this.written -= 1;
    this.#stopTrying();
    this.#refuse();
  }

  #stopTrying(): void {
    this.#again?.unsubscribe();
    this.#again = undefined;
  }

  #refuse(): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    const { cause } = failure;
    if (!(cause instanceof InvalidArgumentError)) throw failure;
    this.#failure = undefined;
    throw cause;
  }

  /** Why nothing can be kept now. */
  get failure(): SidestreamError | undefined { return this.#failure; }

  /** Whether nothing will ever be kept again. */
  get isLost(): boolean { return this.#failure instanceof StoreLostError || this.#failure instanceof StoreDamagedError; }

  flush(): void {
    while (this.#group.length > 0 && !this.#isUnderWay && this.#again === undefined && !this.isLost && !this.#isClosed) {
      const facts = this.#group;
      this.#group = [];
      try {
        const commit = this.store.commit(facts);
        if (commit !== undefined) {
          this.#isUnderWay = true;
          commit.then(() => { this.#settle(facts); }, (thrown: unknown) => { this.#settle(facts, { thrown }); });
          return;
        }
      } catch (thrown) {
        this.#fail(facts, thrown);
        return;
      }
      this.#keep(facts);
    }
  }

  /** @param lost - called instead where that never comes */
  whenKept(work: () => void, lost?: () => void): void {
    if (this.isLost) lost?.();
    else if (this.kept === this.written) work();
    else this.#waiting.push({ place: this.written, work, lost });
  }

  /** Rejects where the store could not be written for some seconds, or is lost. */
  settled(): Promise<void> | undefined {
    const { failure } = this;
    if (failure !== undefined && this.isLost) return Promise.reject(failure);
    if (this.kept === this.written) return undefined;
    return new Promise((resolve, reject) => {
      const patience = this.owner.scheduler.schedule(() => {
        const { name } = this.store;
        reject(this.#failure ?? new StoreUnavailableError(`${name} has not answered for ${PATIENCE / 1_000} s. Try again later.`));
      }, PATIENCE);
      const settle = (): void => {
        patience.unsubscribe();
        if (this.isLost) reject(this.#failure!);
        else resolve();
      };
      this.whenKept(settle, settle);
    });
  }

  /** Ends all trying. */
  close(): void {
    this.#isClosed = true;
    this.#stopTrying();
  }

  #settle(facts: Fact[], failed?: { readonly thrown: unknown }): void {
    this.#isUnderWay = false;
    if (this.#isClosed) return;
    if (failed === undefined) this.#keep(facts);
    else this.#fail(facts, failed.thrown);
    this.flush();
    this.owner.resumed();
  }

  #keep(facts: readonly Fact[]): void {
    this.kept += facts.length;
    this.#pause = PAUSE;
    if (this.#failure !== undefined) {
      this.#failure = undefined;
      this.owner.warn({ code: 'store_available', message: `${this.store.name} can be written again.` });
    }
    this.#wake();
  }

  #fail(facts: Fact[], thrown: unknown): void {
    if (thrown instanceof StoreLostError || thrown instanceof StoreDamagedError) {
      this.#lose(thrown);
      return;
    }
    this.#group = [...facts, ...this.#group];
    const before = this.#failure;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    this.#failure ??= thrown instanceof StoreUnavailableError ? thrown : new StoreUnavailableError(message, { cause: thrown });
    this.#again = this.owner.scheduler.schedule(() => {
      this.#again = undefined;
      this.flush();
      this.owner.resumed();
    }, this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    // Of what is refused as it is asked for, whoever asks is told.
    if (before !== undefined || (thrown instanceof InvalidArgumentError && this.#asked !== undefined)) return;
    this.owner.warn({ code: 'store_unavailable', message: this.#failure.message });
  }

  #lose(error: StoreLostError | StoreDamagedError): void {
    this.#failure = error;
    this.#group = [];
    this.owner.warn({ code: 'store_lost', message: error.message });
    this.owner.lost();
    for (const { lost } of this.#waiting.splice(0)) lost?.();
  }

  #wake(): void {
    const { kept } = this;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ place }) => place > kept);
    for (const { place, work } of waiting) if (place <= kept) work();
  }
}
