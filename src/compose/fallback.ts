import { catchError, concat, mergeMap, of, type Observable } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { attempt, type AgentOutput } from '../core/output.js';
import type { End } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid, nameOf } from './asAgent.js';
import { checkAgents } from './checkAgents.js';
import { failureOfAll } from './failure.js';
import { failureIn } from './failureIn.js';
import { needsResult } from './needsResult.js';

/**
 * The first of several agents that does not fail, one after the other, in one task and with the same brief.
 *
 * ```
 * a               ──line──#
 * b                       ──line──result|
 * fallback(a, b)  ──line──a─line──result|     a = attempt(what went wrong, 'b')
 * ```
 *
 * One that comes to no result has failed, too. What it printed stays to be seen; nothing of it is a result. Messages that one did not take
 * reach the next. Where all fail, the task fails with a sentence that names each, and with the code of their failures where that is one.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { fallback } from 'sidestream/compose';
 *
 * const bold = async () => { throw new Error('no credit left'); };
 * const modest = async () => 'a plain answer';
 * const task = createSession().delegate(fallback(bold, modest), { goal: 'answer' });
 * console.log(await collect(task), task.outcome?.attempt); // a plain answer 2
 * ```
 *
 * When not: where the second agent should not wait for the first to fail, see `hedge` and `race`; where the same one may work the next
 * time, see {@link retrying}. What the first one did before it failed, in files or elsewhere, the next one finds there.
 *
 * @throws InvalidArgumentError where there is no agent, or one is none
 */
export function fallback<F extends readonly AnyAgent[]>(...agents: F): Agent<ResultOf<F[number]>, BriefOf<F[number]>> {
  type R = ResultOf<F[number]>;
  checkAgents('agents', agents);
  return amid<R, BriefOf<F[number]>>('fallback', agents, (brief, _steering, context) => {
    const failed: End[] = [];
    const from = (n: number): Observable<AgentOutput<R>> => {
      const goOn = (error: unknown): Observable<AgentOutput<R>> => failureIn(error).pipe(mergeMap((failure) => {
        failed.push({ id: nameOf(agents[n]!), ending: { type: 'failed', error: failure }, error });
        const next = agents[n + 1];
        if (next === undefined) throw failureOfAll(`All ${agents.length} of the fallback failed`, failed);
        return concat(of(attempt(failure.message, nameOf(next))), from(n + 1));
      }));
      return (context.run(agents[n]!, brief) as Observable<AgentOutput<R>>).pipe(needsResult(), catchError(goOn));
    };
    return from(0);
  });
}
