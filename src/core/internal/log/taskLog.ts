import type { Subscriber } from 'rxjs';
import type { Ending, EventBase, LineEvent, Outcome, TaskEvent } from '../../events.js';
import type { Channel, Dispatcher } from './dispatcher.js';
import { Fanout } from './fanout.js';
import { lineEvent, type Printer } from './lineEvent.js';
import { replayOf } from './replayOf.js';
import { Window } from './window.js';

/** How many events that are no lines are kept for late observers. */
const OTHERS = 200;

type Other = Exclude<TaskEvent, LineEvent>;

/** An event as it is said, before its task stamps it. */
export type Unstamped<E> = E extends unknown ? Omit<E, keyof EventBase> : never;

/** The task whose log it is, and who else is told of its events: the scopes above it. */
export interface Logged extends Printer {
  /** Milliseconds from `began` to its last output, by the wall clock of that moment. */
  readonly wallDelay: number;
  /** Its first events, which it can tell at any time. */
  readonly openings: readonly Other[];
  /** Whether there is nothing more to come. */
  readonly isOver: boolean;
  /** Whether anybody listens above. */
  readonly listened: boolean;
  /** What the wall clock shows. */
  at(): number;
  relay(event: TaskEvent, order: number): void;
  /** An observer of this very task was given the outcome. */
  heard(): void;
}

/**
 * A task's events, stamped: what late observers need of them, and an ordered fan-out to those that are here. It ends once, with the
 * outcome. The event of a line is made for those who look, and not kept.
 */
export class TaskLog implements Channel<TaskEvent> {
  window: Window;
  /** Of what is appended. The lines between two other events belong to the attempt of the first. */
  attempt = 1;
  /** The last events that are no lines, once there were others than the openings; and how many such came before them. */
  declare others?: Other[];
  gone = 0;
  private declare fanout?: Fanout<TaskEvent>;
  private declare last?: TaskEvent;

  /** @param opened - how many openings there were before there was a log */
  constructor(
    private readonly task: Logged,
    private readonly dispatcher: Dispatcher<TaskEvent>,
    lines: number,
    private readonly opened: number,
  ) {
    this.window = new Window(lines);
  }

  /** How many events there were: the place of the next one. */
  get seq(): number { return this.window.count + this.gone + (this.others?.length ?? this.opened); }

  /** Takes a line of the task's last output. @param cut - how many characters were cut off it, if any */
  line(text: string, cut?: number): void {
    const { task, seq } = this;
    const delay = task.wallDelay;
    this.window.push(text, delay, cut);
    if (this.#isWatched) this.dispatcher.publish(this, lineEvent(task, seq, delay, this.attempt, text, cut));
  }

  /** Appends the last of the task's openings. */
  open(): void {
    const opening = this.task.openings.at(-1)!;
    const { seq } = this;
    this.#append(opening.seq === seq ? opening : { ...opening, seq });
  }

  append(what: Unstamped<Other>): void { this.#append(this.#stamp(what)); }

  /** The outcome as it is to be: the last event. */
  outcomeOf(ending: Ending): Outcome {
    this.window.compact();
    return this.#stamp(ending) as Outcome;
  }

  /** Appends the outcome. */
  end(outcome: Outcome): void {
    this.last = outcome;
    this.#append(outcome);
  }

  /** Takes the outcome of a task that nobody listened to when it ended. */
  restore(outcome: Outcome): void {
    this.last = outcome;
    this.#keep(outcome);
  }

  deliver(event: TaskEvent, order: number): void {
    const isLast = event === this.last;
    if (isLast && this.#isObserved) this.task.heard();
    this.fanout?.next(event, order);
    if (isLast) this.fanout?.complete();
    this.task.relay(event, order);
  }

  /** Replays what is kept to an observer and, unless the task has ended, adds it to the others. */
  subscribe(subscriber: Subscriber<TaskEvent>): void {
    const { dispatcher, task, last } = this;
    const isOver = last !== undefined || task.isOver;
    dispatcher.exclusive(() => {
      const replay = this.#replay();
      // Added before the replay: what the observer causes in it comes after it.
      if (!isOver) subscriber.add((this.fanout ??= new Fanout()).add(subscriber, dispatcher.order));
      dispatcher.whenKept(() => {
        for (const event of replay) {
          if (subscriber.closed) return;
          if (event === last) task.heard();
          subscriber.next(event);
        }
        if (isOver) subscriber.complete();
      }, () => { subscriber.complete(); });
    });
  }

  /** Lets the observers go without an outcome. */
  letGo(): void { this.fanout?.complete(); }

  get #isObserved(): boolean { return this.fanout !== undefined && this.fanout.size > 0; }

  get #isWatched(): boolean { return this.#isObserved || this.task.listened; }

  get #openings(): readonly Other[] { return this.task.openings.slice(0, this.opened); }

  #replay(): readonly TaskEvent[] {
    const { dispatcher } = this;
    let latest = dispatcher.replay;
    if (latest?.of !== this || latest.events.at(-1)?.seq !== this.seq - 1) {
      if (latest === undefined) queueMicrotask(() => { dispatcher.replay = undefined; });
      latest = dispatcher.replay = { of: this, events: replayOf(this.task, this.window, this.others ?? this.#openings, this.gone) };
    }
    return latest.events;
  }

  #stamp(what: Unstamped<Other>): Other {
    const { id: taskId, meta } = this.task;
    return { taskId, seq: this.seq, at: this.task.at(), attempt: this.attempt, ...meta !== undefined && { meta }, ...what };
  }

  #append(event: Other): void {
    this.#keep(event);
    if (this.#isWatched) this.dispatcher.publish(this, event);
  }

  #keep(event: Other): void {
    const others = this.others ??= [...this.#openings];
    if (others.push(event) <= OTHERS) return;
    others.shift();
    this.gone += 1;
  }
}
