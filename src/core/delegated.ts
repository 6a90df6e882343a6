import { Observable } from './rx.js';
import type { Agent, AgentFunction, DelegateOptions, Delegator, TakesBrief } from './agent.js';
import type { ResultOf } from './answer.js';
import type { Brief } from './brief.js';
import { A_SIGNAL, AN_OBJECT, can, check } from './check.js';
import { withClockOf } from './clockOf.js';
import type { TaskEvent } from './events.js';
import { onAbort } from './internal/output/onAbort.js';

/** How a task is to be run that ends with its subscription. */
export interface DelegatedOptions extends DelegateOptions {
  /** Why the task is cancelled where it is unsubscribed from before its end. @defaultValue `unsubscribed` */
  readonly reason?: unknown;
}

/**
 * A task as a cold Observable of its events: subscribing delegates, unsubscribing before the outcome cancels. So RxJS's operators own real
 * tasks, that can be seen, steered and cancelled. A failed task is a value, as in `task.events`; a `delegate` that throws is an error.
 *
 * ```
 * delegated(session, agent, brief)  --started--line--completed|
 * unsubscribed                      --started--line--!          the task: cancelled
 * ```
 *
 * ```ts
 * import { from, mergeMap } from 'rxjs';
 * import { createSession, delegated, result } from 'sidestream';
 *
 * const session = createSession();
 * const measure = ({ goal }: { goal: string }) => [`${goal}: ${goal.length}`];
 * const jobs = ['one', 'three'].map((goal) => delegated(session, measure, { goal }).pipe(result()));
 * from(jobs).pipe(mergeMap((job) => job, 4)).subscribe(console.log); // one: 3, three: 5
 * ```
 *
 * With a `key`, a task that it only joined is left alone; one that it started ends with it, whoever else has joined that since.
 *
 * Whoever unsubscribes has heard of the end that comes of it. Not for a task that is to go on when nobody watches: that is `delegate`.
 *
 * Not for `race(delegated(…), delegated(…))` either: `started` comes at once, so the first one listed wins. Let the results race:
 * `race(delegated(session, a, brief).pipe(result()), delegated(session, b, brief).pipe(result()))`.
 */
export function delegated<R = string, B extends Brief = Brief, F extends AgentFunction<B> = Agent<R, B>>(
  scope: Delegator, agent: F & TakesBrief<B>, brief: B, options: DelegatedOptions = {},
): Observable<TaskEvent<ResultOf<F>>> {
  check('scope', scope, [(value) => can(value, 'delegate'), 'a session, or the context of a running agent']);
  check('the options of delegated', options, AN_OBJECT);
  const { reason = 'unsubscribed', ...how } = options;
  return withClockOf(scope.events, new Observable<TaskEvent<ResultOf<F>>>((subscriber) => {
    const { key, signal } = how;
    // Only a task that is started obeys a signal: who joins one does not stop it.
    const own = key === undefined ? undefined : new AbortController();
    const stop = (): void => { own?.abort(signal?.reason); };
    if (own !== undefined && signal !== undefined) {
      check('signal', signal, A_SIGNAL);
      if (signal.aborted) stop();
      else subscriber.add(onAbort(signal, stop));
    }
    const task = scope.delegate<R, B, F>(agent, brief, own === undefined ? how : { ...how, signal: own.signal });
    // It stays until the outcome has come, so whoever left has heard of that.
    // eslint-disable-next-line rxjs-x/no-ignored-subscription, rxjs-x/no-ignored-error -- for that very reason; and events never error
    task.events.subscribe({ next: (event) => { subscriber.next(event); }, complete: () => { subscriber.complete(); } });
    subscriber.add(() => {
      if (own === undefined) task.cancel(reason);
      else own.abort(reason);
    });
  }));
}
