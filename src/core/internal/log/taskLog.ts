import type { Subscriber } from 'rxjs';
import type { LineEvent, TaskEvent } from '../../events.js';
import type { Channel, Dispatcher } from './dispatcher.js';
import { Fanout } from './fanout.js';
import { Window } from './window.js';

/** Who else is told of a task's events: the scopes above it. */
export interface Relay<E> {
  /** Whether anybody listens there. */
  readonly listened: boolean;
  relay(event: E, order: number): void;
  /** An observer of this very task was given the outcome. */
  heard(): void;
}

/**
 * A task's events: a window of them for late observers, and an ordered fan-out to those that are here. It ends once, with the outcome.
 */
export class TaskLog implements Channel<TaskEvent> {
  readonly window: Window;
  readonly #fanout = new Fanout<TaskEvent>();
  #last: TaskEvent | undefined;

  constructor(private readonly dispatcher: Dispatcher<TaskEvent>, private readonly relay: Relay<TaskEvent>, windowLines: number) {
    this.window = new Window(windowLines);
  }

  /** @param flat - whether the line's text is known to have memory of its own */
  appendLine(event: LineEvent, flat: boolean): void {
    this.window.pushLine(event, flat);
    this.#publish(event);
  }

  append(event: Exclude<TaskEvent, LineEvent>): void {
    this.window.pushOther(event);
    this.#publish(event);
  }

  /** Appends the outcome: the last event. */
  end(outcome: Exclude<TaskEvent, LineEvent>): void {
    this.window.compact();
    this.#last = outcome;
    this.append(outcome);
  }

  /** Takes the outcome of a task that nobody listened to when it ended. */
  restore(outcome: Exclude<TaskEvent, LineEvent>): void {
    this.#last = outcome;
    this.window.pushOther(outcome);
  }

  deliver(event: TaskEvent, order: number): void {
    const isLast = event === this.#last;
    if (isLast && this.#fanout.size > 0) this.relay.heard();
    this.#fanout.next(event, order);
    if (isLast) this.#fanout.complete();
    this.relay.relay(event, order);
  }

  /** Replays the window to an observer and, unless the task has ended, adds it to the others. */
  subscribe(subscriber: Subscriber<TaskEvent>): void {
    this.dispatcher.exclusive(() => {
      const replay = this.window.replay();
      const last = this.#last;
      // Added before the replay: what the observer causes in it comes after it.
      if (last === undefined) subscriber.add(this.#fanout.add(subscriber, this.dispatcher.order));
      for (const event of replay) {
        if (subscriber.closed) return;
        if (event === last) this.relay.heard();
        subscriber.next(event);
      }
      if (last !== undefined) subscriber.complete();
    });
  }

  #publish(event: TaskEvent): void {
    if (this.#fanout.size > 0 || this.relay.listened) this.dispatcher.publish(this, event);
  }
}
