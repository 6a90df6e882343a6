import { map, retry, timer, type Observable } from 'rxjs';
import type { Agent, DelegateOptions } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { AN_OBJECT, check, count, duration, readOptions, type Option } from '../core/check.js';
import { CapacityError, type FailureCode } from '../core/errors.js';
import type { Failure } from '../core/events.js';
import { attempt, result } from '../core/output.js';
import { among, isSuccess, reasonOf, type End } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { above, nameOf, type OfAChild, type SaidOf } from './asAgent.js';
import { checkAgent } from './checkAgents.js';
import { A_TEST_OR_CODES } from './codes.js';
import { failureLike, withoutDot } from './failure.js';

/** How often, when and for what an agent is started again. */
export interface SupervisedOptions extends Pick<DelegateOptions, 'deadline' | 'idleTimeout'> {
  /** How often it may be started again within `within`. @defaultValue 3 */
  readonly restarts?: number | undefined;
  /** Milliseconds that the restarts are counted over, up to now. @defaultValue 60000 */
  readonly within?: number | undefined;
  /** The failures after which it is started again: their codes, or a test. @defaultValue every failure */
  readonly on?: readonly FailureCode[] | ((failure: Failure) => boolean) | undefined;
  /** Milliseconds to wait before a restart, the first of those within `within` being 1. @defaultValue 1 s, then each time twice as long */
  readonly backoff?: Backoff | ((restart: number) => number) | undefined;
  /** Milliseconds that each run may take. @defaultValue the session's */
  readonly deadline?: number | undefined;
  /** Milliseconds that each run may be silent, so that one that hangs is started again. @defaultValue the session's */
  readonly idleTimeout?: number | undefined;
}

/** Waiting that grows. */
export interface Backoff {
  /** Milliseconds before the first restart. @defaultValue 1000 */
  readonly initial?: number | undefined;
  /** How much longer each next time. @defaultValue 2 */
  readonly factor?: number | undefined;
  /** Milliseconds, at most. @defaultValue 30000 */
  readonly max?: number | undefined;
}

const OPTIONS: Record<keyof SupervisedOptions, Option> = {
  restarts: [3, count(0)],
  within: [60_000, duration(1)],
  on: [() => true, A_TEST_OR_CODES],
  backoff: [{}, [(value) => typeof value === 'function' || AN_OBJECT[0](value), 'a function, or an object of initial, factor and max']],
  deadline: [undefined, duration(1)],
  idleTimeout: [undefined, duration(1)],
};

const BACKOFF: Record<keyof Backoff, Option> = {
  initial: [1_000, duration(0)],
  factor: [2, [(value) => typeof value === 'number' && value >= 1 && value < Infinity, 'a number from 1']],
  max: [30_000, duration(0)],
};

/**
 * An agent that is started again when it has failed: so often within some time, and then no more.
 *
 * Each run is a child task with the limits that are given here, so that one that hangs is ended and started again. A restart is a new
 * attempt: nothing of an earlier one is part of the result. Between two of them the task reads `waiting_for`, and its own clocks stand
 * still. What the agent has been told, each run is told. What somebody has cancelled is not started again, nor what could not be started
 * at all.
 *
 * ```
 * agent        ──started────failed|
 * backoff                         ─────!
 * agent-2                              started──result|
 * supervised   ────────────────────────attempt──(result|)
 * ```
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { supervised } from 'sidestream/compose';
 *
 * let runs = 0;
 * const flaky = async () => {
 *   if (++runs < 3) throw new Error('connection lost');
 *   return `done in run ${runs}`;
 * };
 * const task = createSession().delegate(supervised(flaky, { backoff: { initial: 10 } }), { goal: 'fetch it' });
 * console.log(await collect(task)); // done in run 3
 * ```
 *
 * When not: what has already changed something is not undone before it is started again. For one more try in the same task, without
 * children and limits of their own, there is `retrying`. Something that is to run for ever needs a `maxDescendants` to match: each run
 * counts into that.
 *
 * @throws InvalidArgumentError where an option is not what it should be, or the agent is none
 */
export function supervised<F extends AnyAgent>(
  agent: F, options: SupervisedOptions = {},
): Agent<ResultOf<F>, BriefOf<F>> & Omit<SaidOf<F>, OfAChild> {
  checkAgent('agent', agent);
  const settings = readOptions('the options of supervised', options, OPTIONS) as Settings;
  const { restarts, within, on, deadline, idleTimeout } = settings;
  const isMeant = typeof on === 'function' ? on : ({ code }: Failure) => on.includes(code);
  const delayOf = typeof settings.backoff === 'function' ? settings.backoff : growing(settings.backoff);
  return above<ResultOf<F>, BriefOf<F>, F>(agent, (brief, _steering, context) => among<ResultOf<F>>(context, brief, (all) => {
    const { scheduler } = context;
    let times: number[] = [];
    let reason: string | undefined;
    /** The wait before the next run; throws where there is none. */
    const waitAfter = (end: End): Observable<unknown> => {
      const { id, ending, isRefused } = end;
      if (ending.type === 'cancelled') {
        throw failureLike(end, `${id} was cancelled, and is not started again: ${ending.reason}`);
      }
      if (isRefused === true && reason !== undefined) {
        const why = `${id} was not started again: ${withoutDot(reasonOf(ending))}. Before that ${reason}.`;
        throw end.error instanceof CapacityError ? new CapacityError(why, end.error.count, end.error.limit) : failureLike(end, why);
      }
      if (isRefused === true || ending.type !== 'failed' || !isMeant(ending.error)) throw end.error;
      times = times.filter((time) => scheduler.now() - time < within);
      if (times.length >= restarts) throw failureLike(end, giveUp(nameOf(agent), times.length + 1, within, ending.error));
      times.push(scheduler.now());
      reason = `${id} failed: ${withoutDot(ending.error.message)}`;
      const ms: unknown = delayOf(times.length);
      check('the answer of backoff', ms, duration(0));
      const wait = timer(ms as number, scheduler);
      const until = scheduler.now() + (ms as number);
      return ms === 0 ? wait : context.waitFor({ reason: `${reason}. It is started again.`, until }, wait);
    };
    return all.start(agent, { deadline, idleTimeout }, ({ id }) => {
      if (reason !== undefined) context.emit(attempt(reason, id));
    }).pipe(
      map((end) => {
        if (!isSuccess(end)) throw new Ended(end);
        return result(end.ending.result as ResultOf<F>);
      }),
      retry({ delay: ({ end }: Ended) => waitAfter(end) }),
    );
  }));
}

type Settings = { readonly [K in 'restarts' | 'within' | 'on' | 'backoff']: NonNullable<SupervisedOptions[K]> }
  & Pick<DelegateOptions, 'deadline' | 'idleTimeout'>;

class Ended extends Error {
  constructor(readonly end: End) { super(); }
}

const growing = (backoff: Backoff): (restart: number) => number => {
  const { initial, factor, max } = readOptions('backoff', backoff, BACKOFF, 'backoff.') as Required<{ [K in keyof Backoff]: number }>;
  return (restart) => initial && Math.min(max, initial * factor ** (restart - 1));
};

function giveUp(name: string, times: number, within: number, { message }: Failure): string {
  const often = times === 1 ? 'failed' : `failed ${times} times within ${within} ms`;
  return `${name} ${often}, and is not started again: ${withoutDot(message)}.`;
}
