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
  readonly channel: Channel<TaskEvent>;
  readonly event: TaskEvent;
  readonly order: number;
  /** The place of the last fact that was written before it. */
  readonly place: number;
}

/**
 * Delivers nothing before its fact is kept: one event at a time and in one order, as any dispatcher; the first that has to wait holds
 * up all behind it. What is written in a turn is kept as one group.
 */
export class GatedDispatcher extends Dispatcher<TaskEvent> {
  #busy = false;
  readonly #waiting: Waiting[] = [];

  constructor(onIdle: () => void, private readonly gate: Gate) {
    super(onIdle);
  }

  get isBusy(): boolean { return this.#busy; }

  override publish(channel: Channel<TaskEvent>, event: TaskEvent): void {
    if (!this.#busy) this.gate.flush();
    this.#waiting.push({ channel, event, order: ++this.order, place: this.gate.written });
    if (!this.#busy) this.exclusive(() => undefined);
  }

  override whenKept(work: () => void): void {
    if (!this.#busy) this.gate.flush();
    if (this.gate.kept === this.gate.written) work();
    else this.then(work);
  }

  override exclusive(work: () => void): void {
    if (this.#busy) {
      work();
      return;
    }
    this.#busy = true;
    try {
      work();
      this.gate.flush();
      this.#drain();
      this.gate.flush();
    } finally {
      this.#busy = false;
    }
    this.onIdle();
  }

  /** Goes on with what waited for the store. */
  resume(): void { this.exclusive(() => undefined); }

  /** Lets go of everything that waits. */
  drop(): void { this.#waiting.length = 0; }

  #drain(): void {
    const waiting = this.#waiting;
    let next = 0;
    try {
      for (; next < waiting.length; next++) {
        const { channel, event, order, place } = waiting[next]!;
        if (this.gate.kept < place) this.gate.flush();
        if (this.gate.kept < place) return;
        channel.deliver(event, order);
      }
    } finally {
      waiting.splice(0, next);
    }
  }
}
