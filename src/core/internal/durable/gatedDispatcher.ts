import type { TaskEvent } from '../../events.js';
import { Dispatcher, type Channel } from '../log/dispatcher.js';

/** What has to be kept before anybody is told of what follows from it. */
export interface Gate {
  /** The place of the last fact. */
  readonly written: number;
  /** Up to which place facts are kept. */
  readonly kept: number;
  /** Keeps what is written, as far as that can be done now. */
  flush(): void;
}

interface Waiting {
  /** The place of the last fact that was written before it. */
  readonly place: number;
  readonly deliver: () => void;
  /** Done instead where what it waits for is never kept. */
  readonly drop: (() => void) | undefined;
}

/**
 * Delivers nothing before its fact is kept: one event at a time and in one order, as any dispatcher; the first that has to wait holds
 * up all behind it. What is written in a turn is kept as one group.
 */
export class GatedDispatcher extends Dispatcher<TaskEvent> {
  #busy = false;
  /** Whether something was done in the turn that idle work may follow from. */
  #worked = false;
  /** Whether nothing more is ever kept. */
  #isShut = false;
  readonly #waiting: Waiting[] = [];

  constructor(onIdle: () => void, private readonly gate: Gate) {
    super(onIdle);
  }

  get isBusy(): boolean { return this.#busy; }

  override publish(channel: Channel<TaskEvent>, event: TaskEvent): void {
    this.#put((order) => { channel.deliver(event, order); }, () => { channel.letGo?.(); });
  }

  override then(work: (order: number) => void): void {
    // Who waits for an end waits no longer than for the store.
    this.#put(work, work);
  }

  override whenKept(work: () => void, drop?: () => void): void {
    if (!this.#busy) this.gate.flush();
    if (this.gate.kept === this.gate.written) work();
    else this.#put(work, drop);
  }

  override exclusive(work: () => void): void {
    this.#worked = true;
    if (this.#busy) work();
    else this.#turn(work);
  }

  /** Goes on with what waited for the store. */
  resume(): void { this.exclusive(() => undefined); }

  /** Lets go of everything that waits, now and from now on: nothing more is kept. */
  shut(): void {
    this.#isShut = true;
    this.resume();
  }

  #put(deliver: (order: number) => void, drop?: (order: number) => void): void {
    if (!this.#busy) this.gate.flush();
    const order = ++this.order;
    this.#waiting.push({ place: this.gate.written, deliver: () => { deliver(order); }, drop: drop && (() => { drop(order); }) });
    if (!this.#busy) this.#turn(() => undefined);
  }

  #turn(work: () => void): void {
    this.#busy = true;
    try {
      try {
        work();
      } finally {
        this.gate.flush();
        this.#drain();
        this.gate.flush();
      }
    } finally {
      this.#busy = false;
      if (this.#worked) {
        this.#worked = false;
        this.onIdle();
      }
    }
  }

  #drain(): void {
    const waiting = this.#waiting;
    let next = 0;
    try {
      for (; next < waiting.length; next++) {
        const { place, deliver, drop } = waiting[next]!;
        if (this.gate.kept < place) this.gate.flush();
        if (next > 0) this.#worked = true;
        if (this.gate.kept >= place) deliver();
        else if (this.#isShut) drop?.();
        else return;
      }
    } finally {
      waiting.splice(0, next);
    }
  }
}
