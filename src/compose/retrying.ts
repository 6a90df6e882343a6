import { concat, defer, mergeMap, of, retry, timer } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { A_FUNCTION, check, count, duration, readOptions, type Option } from '../core/check.js';
import type { FailureCode } from '../core/errors.js';
import { attempt } from '../core/output.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { inside, type SaidOf } from './asAgent.js';
import { checkAgent } from './checkAgents.js';
import { A_TEST_OR_CODES } from './codes.js';
import { failureIn } from './failureIn.js';
import { needsResult } from './needsResult.js';

/** Which failures are tried again, how often, when, and with which brief. */
export interface RetryingOptions<B> {
  /** How many more attempts there may be, as in RxJS's `retry`. @defaultValue 2 */
  readonly count?: number | undefined;
  /**
   * Milliseconds before the next attempt, or how to find them.
   *
   * @param attempt - which one has failed, from 1
   * @defaultValue 0
   */
  readonly delay?: number | ((attempt: number, error: unknown) => number) | undefined;
  /**
   * The failures that are tried again: a test of what was thrown, or the codes with which a task would fail.
   *
   * @defaultValue all but `budget_exceeded`: another attempt would cost more
   */
  readonly when?: ((error: unknown) => boolean) | readonly FailureCode[] | undefined;
  /**
   * The brief of the next attempt.
   *
   * @param brief - as the task was given it
   * @param attempt - which one has failed, from 1
   * @defaultValue the same
   */
  readonly with?: ((brief: B, error: unknown, attempt: number) => B) | undefined;
}

const MS = duration(0);
const OPTIONS: Record<keyof RetryingOptions<never>, Option> = {
  count: [2, count(0)],
  delay: [0, [(value) => typeof value === 'function' || MS[0](value), `${MS[1]}, or a function that finds them`]],
  when: [undefined, A_TEST_OR_CODES],
  with: [undefined, A_FUNCTION],
};

/**
 * The agent, tried again where it fails, in one task: the same id, limits and mailbox.
 *
 * ```
 * agent            ──line──#
 * agent, again                ──line──result|
 * retrying(agent)  ──line─────a─line──result|     a = attempt(what went wrong)
 * ```
 *
 * An attempt that comes to no result has failed, too. What a failed attempt printed stays to be seen; nothing of it is a result. Messages
 * that it did not take reach the next one, which may go on from what it saved (`context.saved`). When the last attempt fails, that is how
 * the task fails.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { retrying } from 'sidestream/compose';
 *
 * let runs = 0;
 * const flaky = async () => {
 *   if (++runs < 3) throw new Error('the line is busy');
 *   return 'got through';
 * };
 * const caller = retrying(flaky, { delay: (attempt) => 5 * 2 ** attempt });
 * console.log(await collect(createSession().delegate(caller, { goal: 'call' }))); // got through
 * ```
 *
 * When not: where the work must not happen twice, as what a failed attempt did may have happened; and for a provider's own limits, which
 * the kinds of child wait for themselves. A child that can fail while others go on is better a task with a supervisor.
 *
 * @throws InvalidArgumentError where the agent or an option is not what it should be
 * @see fallback for another agent instead
 */
export function retrying<F extends AnyAgent>(
  agent: F, options: RetryingOptions<BriefOf<F>> = {},
): Agent<ResultOf<F>, BriefOf<F>> & SaidOf<F> {
  checkAgent('agent', agent);
  const { count: more, delay, when, with: change } = readOptions('the options of retrying', options, OPTIONS) as Settings<BriefOf<F>>;
  const isTriedAgain = (error: unknown, code: FailureCode): boolean =>
    typeof when === 'function' ? when(error) : when?.includes(code) ?? code !== 'budget_exceeded';
  const delayOf = (failed: number, error: unknown): number => {
    const ms = typeof delay === 'function' ? delay(failed, error) : delay;
    check('delay', ms, MS);
    return ms;
  };
  return inside<ResultOf<F>, BriefOf<F>, F>(agent, (brief, _steering, context) => {
    const runOf = (asked: BriefOf<F>) => context.run(agent, asked);
    let next = runOf(brief);
    return defer(() => next).pipe(needsResult(), retry({
      count: more,
      delay: (error: unknown, failed) => failureIn(error).pipe(mergeMap(({ code, message }) => {
        if (!isTriedAgain(error, code)) throw error;
        const again = change === undefined ? brief : change(brief, error, failed);
        next = concat(of(attempt(message)), runOf(again));
        return timer(delayOf(failed, error), context.scheduler);
      })),
    }));
  });
}

type Settings<B> = RetryingOptions<B> & { readonly [K in 'count' | 'delay']: NonNullable<RetryingOptions<B>[K]> };
