import type { Limits } from '../../limits.js';

/** What retention needs to know of an ended task. */
export interface Ended {
  readonly endedAt: number | undefined;
  /** The session's count of endings when it ended. */
  endOrder?: number;
  /** Bytes that it keeps, roughly. */
  readonly weight: number;
  isHeard?: boolean;
}

/**
 * Which ended tasks are kept: so many that were heard of, for so long, apart from them so many that were not, and so many bytes of all. Age
 * is looked at when the session is used; no timer keeps a process alive for it.
 */
export class Retention<T extends Ended> {
  readonly unheard = new Set<T>();
  /** Goes on where it was; from the start, it would walk over what has been deleted again and again. */
  readonly #oldest = this.unheard.values();
  /** Put into the order of their end when some of them have to go. */
  readonly #heard: T[] = [];
  #isSorted = true;
  /** When the first of them ended. */
  #since = Infinity;
  #endings = 0;
  #bytes = 0;

  /** @param forget - called with each task that has to go */
  constructor(
    private readonly limits: Limits['retain'],
    private readonly now: () => number,
    private readonly forget: (task: T) => void,
  ) {}

  ended(task: T): void {
    task.endOrder = ++this.#endings;
    this.#bytes += task.weight;
    if (task.isHeard === true) this.#keep(task);
    else this.unheard.add(task);
  }

  heard(task: T): void {
    if (task.isHeard === true) return;
    task.isHeard = true;
    if (this.unheard.delete(task)) this.#keep(task);
  }

  /** Forgets what has to go: first of what was heard of, and what ended first before what ended later. */
  sweep(): void {
    const { count, age, unheard, bytes } = this.limits;
    const before = this.#since === Infinity ? 0 : this.now() - age;
    if (this.#heard.length > count || this.#since < before || this.#bytes > bytes) {
      const kept = this.#heard;
      if (!this.#isSorted) kept.sort((one, other) => one.endOrder! - other.endOrder!);
      this.#isSorted = true;
      for (let task = kept[0]; task !== undefined; task = kept[0]) {
        if (kept.length <= count && task.endedAt! >= before && !this.#isTooMuch(kept.length)) break;
        kept.shift();
        this.#drop(task);
      }
      this.#since = kept[0]?.endedAt ?? Infinity;
    }
    while (this.unheard.size > unheard || this.#isTooMuch(this.#heard.length)) {
      const oldest = this.#oldest.next().value!;
      this.unheard.delete(oldest);
      this.#drop(oldest);
    }
  }

  /** A single task is kept whatever it weighs: somebody may be about to collect it. */
  #isTooMuch(heard: number): boolean { return this.#bytes > this.limits.bytes && heard + this.unheard.size > 1; }

  #keep(task: T): void {
    const last = this.#heard.at(-1);
    if (last !== undefined && last.endOrder! > task.endOrder!) this.#isSorted = false;
    this.#heard.push(task);
    this.#since = Math.min(this.#since, task.endedAt!);
  }

  #drop(task: T): void {
    this.#bytes -= task.weight;
    this.forget(task);
  }
}
