import { FAILED, fateOf, type Origin } from './origin.js';

interface Said<T> {
  value: T;
  readonly by: Origin | undefined;
}

/** The last thing of its kind that was said, and not by a run that has failed since: then what had been said before that run began. */
export class Last<T> {
  #now: Said<T> | undefined;
  declare private before?: Said<T> | undefined;

  set(value: T, by: Origin | undefined): void {
    if (this.#now?.by === by && this.#now !== undefined) {
      this.#now.value = value;
      return;
    }
    if (this.#now !== undefined) this.before = this.get();
    this.#now = { value, by };
  }

  /** In a box, as it may be anything. */
  get(): Said<T> | undefined {
    return fateOf(this.#now?.by) < FAILED ? this.#now : fateOf(this.before?.by) < FAILED ? this.before : undefined;
  }
}
