import type { ObservableInput, ObservedValueOf } from 'rxjs';
import { from } from './rx.js';
import type { ResultIn } from './resultIn.js';
import type { Ending, TaskEvent } from './events.js';
import type { Task } from './task.js';
import { A_SIGNAL, A_STREAM, check, duration, readOptions, type Option } from './check.js';
import { clockOf, outcomeKey } from './clockOf.js';
import { NoResultError, SessionClosedError } from './errors.js';
import { errorIn } from './internal/failure/errorOf.js';
import { watchEnding } from './internal/output/watchEnding.js';
import { deadline } from './internal/task/deadline.js';
import { untilAborted } from './operators/untilAborted.js';
import { result } from './operators/result.js';

/** How long to wait, and what ends the waiting early. */
export interface CollectOptions {
  /** Milliseconds; 0 looks and does not wait. @defaultValue no limit */
  readonly timeout?: number | undefined;
  /** Aborting it ends the waiting with the signal's own reason; the task goes on. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Record<keyof CollectOptions, Option> = { timeout: [undefined, duration(0)], signal: [undefined, A_SIGNAL] };
const NONE: CollectOptions = {};

/**
 * The result of a task as a promise: `lastValueFrom` with a deadline. The one door from streams to promises.
 *
 * It only watches: when the time runs out or the signal aborts, the task goes on and can be collected again.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 *
 * const task = createSession().delegate(() => new Promise<string>(() => undefined), { goal: 'wait' });
 * await collect(task, { timeout: 20 }).catch((error) => console.log(error.code)); // timeout
 * console.log(task.snapshot().status); // running
 * ```
 *
 * The promise rejects with AgentError, NoResultError, NotStartedError, DeadlineExceededError or StalledError where the task failed, with
 * TaskCancelledError where it was cancelled, with InterruptedError or SessionClosedError where its process or session ended, with
 * CollectTimeoutError, with `signal.reason`, or with InvalidArgumentError.
 *
 * A result that has a `then` is handed over as an object that inherits everything from it but that: a promise would call it.
 */
export function collect<R = unknown, T extends ObservableInput<TaskEvent<R>> = ObservableInput<TaskEvent<R>>>(
  task: T, options?: CollectOptions,
): Promise<ResultIn<ObservedValueOf<T>>> {
  return new Promise((resolve, reject) => {
    const given: unknown = options === undefined ? NONE : readOptions('the options of collect', options, OPTIONS);
    const { timeout, signal } = given as CollectOptions;
    check('task', task, A_STREAM);
    const events = from(task as ObservableInput<TaskEvent<never>>);
    const fail = (thrown: unknown): void => {
      reject(thrown instanceof NoResultError && isCut(task) ? new SessionClosedError(
        'The session was closed before the end of the task was told. Collect it when its store is opened again.',
      ) : thrown);
    };
    if (timeout === undefined && signal === undefined) {
      const tell = (ending: Ending<never> | undefined): void => {
        if (ending?.type === 'completed') resolve(unthenable(ending.result));
        else fail(errorIn(ending));
      };
      const { [outcomeKey]: tellOutcome } = task as { readonly [outcomeKey]?: (tell: (ending: Ending<never> | undefined) => void) => void };
      if (tellOutcome === undefined) watchEnding(events, tell);
      else tellOutcome.call(task, tell);
      return;
    }
    let results = events.pipe(result());
    if (timeout !== undefined) results = results.pipe(deadline(timeout, clockOf(task)));
    if (signal !== undefined) results = results.pipe(untilAborted(signal));
    // eslint-disable-next-line rxjs-x/no-ignored-subscription -- it lives as long as the promise is pending
    results.subscribe({ next: (value) => { resolve(unthenable(value)); }, error: fail });
  });
}

/** Whether it is a task whose events came to an end without its outcome. */
const isCut = (task: unknown): boolean => {
  const { status, outcome } = task as Partial<Task>;
  return typeof status === 'string' && (outcome?.type !== 'failed' || outcome.error.code !== 'no_result');
};

function unthenable<R>(value: R): R {
  return hasThen(value) ? Object.create(value as object, { then: { value: undefined } }) as R : value;
}

/** Whether a promise would, or might, find something to call: a getter can answer one thing now and another later. */
function hasThen(value: unknown): boolean {
  try {
    for (let one: unknown = Object(value); one !== null; one = Object.getPrototypeOf(one)) {
      const then = Object.getOwnPropertyDescriptor(one, 'then');
      if (then !== undefined) return then.get !== undefined || typeof then.value === 'function';
    }
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return true;
  }
}
