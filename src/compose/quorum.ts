import { from, map, mergeMap, takeWhile, takeLast, filter } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { A_FUNCTION, check, readOptions, type Option } from '../core/check.js';
import { AgentError } from '../core/errors.js';
import { result, type ResultOutput } from '../core/output.js';
import { among, isSuccess, type Alternatives, type End, type Success } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid } from './asAgent.js';
import { checkAgents } from './checkAgents.js';
import { failureOfAll, wordsOf } from './failure.js';
import { sameValue } from '../core/sameValue.js';

/** When results count as the same. */
export interface QuorumOptions<R = unknown> {
  /**
   * Whether two results agree; each is compared with the first of those that agree already. @defaultValue whether they hold the same, part
   * by part: lists, plain objects, bytes and dates, and everything else only where it is one and the same
   */
  readonly agree?: ((one: R, other: R) => boolean) | undefined;
}

const OPTIONS: Record<keyof QuorumOptions, Option> = { agree: [sameValue, A_FUNCTION] };

/**
 * An agent that gives the same brief to several, and has the result on which `k` of them agree; the rest is stopped then.
 *
 * Each is a child task. The result is that of the first of those who agree. As soon as no `k` of them can agree any more, the rest is
 * stopped, and it fails with a sentence that counts the answers. What it is told they are all told.
 *
 * ```
 * a                 ──────4|
 * b                 ────5|
 * c                 ──────────4|
 * d                 ────────────────x        cancelled: not needed: the quorum was reached
 * quorum(2, …)      ──────────(4|)
 * ```
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { quorum } from 'sidestream/compose';
 *
 * const sums = [4, 5, 4].map((sum) => async () => ({ sum }));
 * console.log(await collect(createSession().delegate(quorum(2, sums), { goal: 'add 2 and 2' }))); // { sum: 4 }
 * ```
 *
 * When not: answers in free words hardly ever agree as they stand. Give `agree` something to compare them by, or let the agents answer
 * with data.
 *
 * @throws InvalidArgumentError where `k` is no number of the agents, or something is no agent
 */
export function quorum<F extends readonly AnyAgent[]>(
  k: number, agents: F, options: QuorumOptions<ResultOf<F[number]>> = {},
): Agent<ResultOf<F[number]>, BriefOf<F[number]>> {
  type R = ResultOf<F[number]>;
  checkAgents('agents', agents);
  const all = [...agents];
  check('k', k, [(value) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= all.length,
    `a whole number from 1 to ${all.length}, the number of agents`]);
  const { agree } = readOptions('the options of quorum', options, OPTIONS) as { readonly agree: Agree };
  return amid<R, BriefOf<F[number]>>('quorum', all, (brief, _steering, context) => among<R>(context, brief, (alternatives) => {
    const count = createCount(k, all.length, agree, alternatives);
    return from<AnyAgent[]>(all).pipe(
      mergeMap((agent) => alternatives.start(agent)),
      map((end) => count(end) as ResultOutput<R> | undefined),
      takeWhile((reached) => reached === undefined, true),
      takeLast(1),
      filter((reached) => reached !== undefined),
    );
  }));
}

type Agree = (one: unknown, other: unknown) => boolean;

/** Counts the answers: makes of each end the result on which enough agree, or throws where that can be no more. */
function createCount(
  k: number, n: number, agree: Agree, all: Alternatives,
): (end: End) => ResultOutput<unknown> | undefined {
  const groups: (readonly [Success, ...Success[]])[] = [];
  const failed: End[] = [];
  return (end) => {
    if (isSuccess(end)) {
      all.say(end.id, 'answered');
      const at = groups.findIndex(([first]) => agree(first.ending.result, end.ending.result));
      const group = at < 0 ? [end] as const : [...groups[at]!, end] as const;
      if (group.length === k) {
        all.say(group.map(({ id }) => id).join(', '), k === 1 ? 'was enough' : 'agree');
        all.stop('not needed: the quorum was reached');
        return result(group[0].ending.result);
      }
      groups[at < 0 ? groups.length : at] = group;
    } else {
      failed.push(end);
    }
    const ended = failed.length + groups.reduce((sum, group) => sum + group.length, 0);
    if (Math.max(0, ...groups.map((group) => group.length)) + n - ended >= k) return undefined;
    all.stop('not needed: the quorum cannot be reached');
    throw unreached(k, n, groups, failed);
  };
}

function unreached(k: number, n: number, groups: readonly (readonly Success[])[], failed: readonly End[]): Error {
  const answers = groups.flat().length;
  const of = `No ${k} of ${n} can agree any more`;
  if (answers === 0) return failureOfAll(`${of}, ${failed.length} failed`, failed);
  const counts = groups.map((group) => group.map(({ id }) => id).join(' and ')).join('; ');
  return new AgentError(`${of}: ${answers} answered in ${groups.length} different ways (${counts})`
    + `${failed.length === 0 ? '' : `, ${failed.length} failed (${wordsOf(failed)})`}.`);
}
