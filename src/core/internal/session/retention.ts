import type { Limits } from '../../limits.js';

/** What retention needs to know of an ended task. */
export interface Ended {
  readonly endedAt: number | undefined;
  /** The session's count of endings when it ended. */
  endOrder?: number;
  isHeard?: boolean;
}

/**
 * Which ended tasks are kept: so many that were heard of, for so long, and apart from them so many that were not. Age is looked at when the
 * session is used; no timer keeps a process alive for it.
 */
export class Retention<T extends Ended> {
  /** In the order of their end. */
  readonly #heard: T[] = [];
  readonly unheard = new Set<T>();
  /** Goes on where it was; from the start, it would walk over what has been deleted again and again. */
  readonly #oldest = this.unheard.values();
  #endings = 0;

  /** @param forget - called with each task that has to go */
  constructor(
    private readonly limits: Limits['retain'],
    private readonly now: () => number,
    private readonly forget: (task: T) => void,
  ) {}

  ended(task: T): void {
    task.endOrder = ++this.#endings;
    if (task.isHeard === true) this.#keep(task);
    else this.unheard.add(task);
  }

  heard(task: T): void {
    if (task.isHeard === true) return;
    task.isHeard = true;
    if (this.unheard.delete(task)) this.#keep(task);
  }

  /** Forgets what has to go. */
  sweep(): void {
    const { count, age, unheard } = this.limits;
    while (this.unheard.size > unheard) {
      const oldest = this.#oldest.next().value!;
      this.unheard.delete(oldest);
      this.forget(oldest);
    }
    const before = this.#heard.length === 0 ? 0 : this.now() - age;
    let gone = 0;
    for (const { endedAt = 0 } of this.#heard) {
      if (this.#heard.length - gone <= count && endedAt >= before) break;
      gone += 1;
    }
    for (const task of this.#heard.splice(0, gone)) this.forget(task);
  }

  #keep(task: T): void {
    let at = this.#heard.length;
    while (at > 0 && (this.#heard[at - 1]?.endOrder ?? 0) > (task.endOrder ?? 0)) at -= 1;
    this.#heard.splice(at, 0, task);
  }
}
