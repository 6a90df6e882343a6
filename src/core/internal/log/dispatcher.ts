/** What has to be kept before anybody is told of what follows from it. */
export interface Gate {
  /** The place of the last fact. */
  readonly written: number;
  /** Up to which place facts are kept. */
  readonly kept: number;
  /** Keeps what is written, as far as that can be done now. */
  flush(): void;
}

/** Where events are delivered to. */
export interface Channel<E> {
  deliver(event: E, order: number): void;
  /** What it waits for is never kept, so it is not delivered. */
  drop?(): void;
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
  /** Of a session with a store. */
  declare gate?: Gate | undefined;
  #busy = false;
  /** Whether nothing more is ever kept. */
  #isShut = false;
  /** Whether something was done in the meantime that idle work may follow from. */
  #worked = false;
  readonly #waiting: { readonly channel: Channel<E>; readonly event: E; readonly order: number; readonly place: number | undefined }[] = [];

  /** @param onIdle - called when everything in hand has reached everybody */
  constructor(private readonly onIdle: () => void) {}

  publish(channel: Channel<E>, event: E): void {
    const isOpen = this.#isOpen();
    const order = ++this.order;
    if (!isOpen) {
      this.#waiting.push({ channel, event, order, place: this.gate?.written });
      if (this.#isShut && !this.#busy) this.shut();
      return;
    }
    this.#busy = true;
    try {
      channel.deliver(event, order);
      this.gate?.flush();
      if (this.#waiting.length === 0 && !this.#worked) return;
      this.#drain();
    } finally {
      this.#busy = false;
    }
    this.#idle();
  }

  /** Lets go of everything that waits, now and from now on: nothing more is kept. */
  shut(): void {
    this.#isShut = true;
    for (const { channel } of this.#waiting.splice(0)) channel.drop?.();
  }

  /** Does something in its turn among the events. @param drop - done instead where that never comes */
  then(work: (order: number) => void, drop?: () => void): void {
    this.publish({ deliver: (_, order) => { work(order); }, ...drop && { drop } }, undefined as never);
  }

  get isBusy(): boolean { return this.#busy; }

  /** Does something now, or where something has to be kept before it, in its turn. @param place - up to where it has to be kept */
  whenKept(work: () => void, drop?: () => void, place = this.gate?.written): void {
    const { gate } = this;
    if (gate === undefined || this.#isOpen() || gate.kept >= place!) work();
    else this.then(work, drop);
  }

  /** Runs `work` whole before any event that it causes is delivered. */
  exclusive(work: () => void): void {
    if (this.#busy) {
      this.#worked = true;
      work();
      return;
    }
    this.#busy = true;
    try {
      work();
      this.gate?.flush();
      this.#drain();
    } finally {
      this.#busy = false;
    }
    this.#idle();
  }

  /** Whether an event would reach everybody at once. */
  #isOpen(): boolean {
    if (this.#busy) return false;
    const { gate } = this;
    if (gate === undefined) return true;
    gate.flush();
    return gate.kept === gate.written && this.#waiting.length === 0;
  }

  #idle(): void {
    this.#worked = false;
    this.gate?.flush();
    this.onIdle();
  }

  #isKept(place: number): boolean {
    const gate = this.gate!;
    if (gate.kept < place) gate.flush();
    return gate.kept >= place;
  }

  #drain(): void {
    // The list grows while it is read: what a delivery causes is delivered after what was waiting already.
    const waiting = this.#waiting;
    let next = 0;
    try {
      while (next < waiting.length) {
        const { channel, event, order, place } = waiting[next] as (typeof waiting)[number];
        if (place !== undefined && !this.#isKept(place)) {
          if (this.#isShut) this.shut();
          return;
        }
        next += 1;
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
