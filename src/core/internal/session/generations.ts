import type { Capacity } from '../../agent.js';
import { CapacityError } from '../../errors.js';
import type { Limits } from '../../limits.js';

/** What a generation needs to know of a task. */
export interface Member {
  readonly depth: number;
  /** When it left the queue. */
  readonly startedAt: number | undefined;
}

/**
 * Who may run and who waits. Each generation is counted by itself: counted together, parents that wait for queued children would hold the
 * very slots that those wait for.
 */
export class Generations<T extends Member> {
  readonly #running: number[] = [];
  readonly #waiting: (Set<T> | undefined)[] = [];

  constructor(private readonly limits: Limits) {}

  capacity(depth: number): Capacity {
    return { running: this.#running[depth] ?? 0, queued: this.#waiting[depth]?.size ?? 0, limit: this.limits.maxRunning };
  }

  /** Whether one more task may start at once; `false` means that it has to wait. */
  admit(depth: number): boolean {
    const { overflow, maxQueued } = this.limits;
    const { running: now, queued, limit } = this.capacity(depth);
    const waits = overflow === 'queue';
    // Where nothing may wait, that is only what goes on from an earlier life of the session, and is about to run.
    const running = waits ? now : now + queued;
    if (running < limit && (queued === 0 || !waits)) return true;
    if (waits && queued < maxQueued) return false;
    throw new CapacityError(
      `${running} of ${limit} tasks are running${waits ? ` and ${queued} of ${maxQueued} are waiting` : ''}. `
      + 'Collect or cancel one of them before you start another.',
      waits ? queued : running,
      waits ? maxQueued : limit,
    );
  }

  wait(task: T): void { (this.#waiting[task.depth] ??= new Set()).add(task); }

  start(task: T): void {
    this.#waiting[task.depth]?.delete(task);
    this.#running[task.depth] = (this.#running[task.depth] ?? 0) + 1;
  }

  end(task: T): void {
    if (task.startedAt === undefined) this.#waiting[task.depth]?.delete(task);
    else this.#running[task.depth]! -= 1;
  }

  /** The oldest waiting task that has a slot. */
  next(): T | undefined {
    for (const waiting of this.#waiting) {
      for (const task of waiting ?? []) {
        if (this.capacity(task.depth).running < this.limits.maxRunning) return task;
        break;
      }
    }
    return undefined;
  }
}
