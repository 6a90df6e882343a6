import type { Observable, SchedulerLike } from 'rxjs';
import { asyncScheduler } from './rx.js';

export const clockKey = Symbol('sidestream.clock');

/** At the events of a task: the task. */
export const taskKey = Symbol('sidestream.task');

/** At a task: tells its outcome, and nothing else. */
export const outcomeKey = Symbol('sidestream.outcome');

interface Clocked {
  readonly [clockKey]?: SchedulerLike;
  readonly source?: Clocked;
}

/** Where the time of a stream comes from: a task and what is piped from its events has its session's scheduler, all else RxJS's. */
export function clockOf(stream: unknown): SchedulerLike {
  for (let one = stream as Clocked | undefined; one != null; one = one.source) {
    const clock = one[clockKey];
    if (clock !== undefined) return clock;
  }
  return asyncScheduler;
}

/** Gives a stream that RxJS does not know to be made of `source` the time of it. */
export const withClockOf = <T>(source: unknown, stream: Observable<T>): Observable<T> =>
  Object.assign(stream, { [clockKey]: clockOf(source) });
