import type { Place } from '../task/scopeNode.js';
import type { LimitGate } from './limitGate.js';

/** Who waits for a seat. */
export interface Waiter {
  /** Its place among all that ever waited, in whichever session. */
  arrival?: number;
}

let arrivals = 0;

/** Those that wait for the same seats, in the order of their coming. */
export class Lane<T extends Waiter> {
  size = 0;
  #waiting: { readonly task: T; readonly arrival: number }[] = [];
  #first = 0;

  constructor(readonly place: Place, readonly depth: number, readonly limit: LimitGate | undefined) {}

  get first(): T | undefined {
    for (let next = this.#waiting[this.#first]; next !== undefined; next = this.#waiting[++this.#first]) {
      if (next.task.arrival === next.arrival) return next.task;
    }
    return undefined;
  }

  add(task: T): void {
    task.arrival = ++arrivals;
    this.#waiting.push({ task, arrival: task.arrival });
    this.size += 1;
  }

  remove(task: T): void {
    delete task.arrival;
    this.size -= 1;
    // Those that have left stand in the list until there are many of them.
    if (this.#waiting.length < 2 * this.size + 32) return;
    this.#waiting = this.#waiting.filter((one) => one.task.arrival === one.arrival);
    this.#first = 0;
  }
}
