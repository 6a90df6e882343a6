/** Where events are delivered to. */
export interface Channel<E> {
  deliver(event: E, order: number): void;
  /** What it waits for is never kept: its observers wait no longer. */
  letGo?(): void;
}

/**
 * Delivers one event at a time, over a whole session, so that every observer sees one order also when one of them causes new events from
 * inside `next`: those wait until the event in hand has reached everybody. RxJS hands a re-entrant `next` to later observers first.
 */
export class Dispatcher<E> {
  /** The number of the last event that was published. */
  order = 0;
  /** What the latest late observer was given: others of the same channel who come in the same turn are given the same. */
  replay: { readonly of: Channel<E>; readonly events: readonly E[] } | undefined;
  #busy = false;
  /** Whether something was done in the meantime that idle work may follow from. */
  #worked = false;
  #waiting: { readonly channel: Channel<E>; readonly event: E; readonly order: number }[] = [];

  /** @param onIdle - called when everything in hand has reached everybody */
  constructor(protected readonly onIdle: () => void) {}

  publish(channel: Channel<E>, event: E): void {
    const order = ++this.order;
    if (this.#busy) {
      this.#waiting.push({ channel, event, order });
      return;
    }
    this.#busy = true;
    try {
      channel.deliver(event, order);
      if (this.#waiting.length === 0 && !this.#worked) return;
      this.#drain();
    } finally {
      this.#busy = false;
    }
    this.#idle();
  }

  /** Does something in its turn among the events. */
  then(work: (order: number) => void): void {
    this.publish({ deliver: (_, order) => { work(order); } }, undefined as never);
  }

  /** Does something now, or where something has to be kept before it, in its turn. @param drop - done instead where that never comes */
  whenKept(work: () => void, _drop?: () => void): void { work(); }

  /** Runs `work` whole before any event that it causes is delivered. */
  exclusive(work: () => void): void {
    if (this.#busy) {
      this.#worked = true;
      work();
      return;
    }
    this.#busy = true;
    try {
      try {
        work();
      } finally {
        // Whatever it throws, what it has caused is delivered.
        this.#drain();
      }
    } finally {
      this.#busy = false;
      this.#idle();
    }
  }

  #idle(): void {
    this.#worked = false;
    this.onIdle();
  }

  #drain(): void {
    // The list grows while it is read: what a delivery causes is delivered after what was waiting already.
    const waiting = this.#waiting;
    let next = 0;
    try {
      while (next < waiting.length) {
        const { channel, event, order } = waiting[next++] as (typeof waiting)[number];
        channel.deliver(event, order);
        if (next === 1_000) {
          waiting.splice(0, next);
          next = 0;
        }
      }
    } finally {
      waiting.splice(0, next);
    }
  }
}
