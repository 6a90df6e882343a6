import { filter, from, map, mergeMap, Subject, takeUntil, takeWhile, tap, toArray } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import type { Brief } from '../core/brief.js';
import { A_FUNCTION, check } from '../core/check.js';
import { result, type AgentOutput } from '../core/output.js';
import { among, isSuccess, type End } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid, inside } from './asAgent.js';
import { checkAgents } from './checkAgents.js';
import { failureLike, failureOfAll, withoutDot } from './failure.js';

/**
 * An agent that gives the same brief to several, and goes on with the first of them that puts out something of the kind that is wanted.
 *
 * Each is a child task. As soon as one has put out what satisfies the predicate, a line, a piece of text or its result, the others are
 * stopped, and its end is that of the whole: its result, or its failure. Where all have ended before that, it fails. What it is told they
 * are all told.
 *
 * ```
 * a             ──started──line──────x              cancelled: b matched first
 * b             ──started────────line──line──result|
 * predicate                no    yes
 * firstWhere    ─────────────────────────────(result|)
 * ```
 *
 * ```ts
 * import { concat, delay, of } from 'rxjs';
 * import { collect, createSession, line, result } from 'sidestream';
 * import { firstWhere } from 'sidestream/compose';
 *
 * const plan = (words: string, ms: number) => () => concat(of(line(words)).pipe(delay(ms)), of(result(`did: ${words}`)).pipe(delay(ms)));
 * const agents = [plan('rewrite everything', 5), plan('change one line', 20)];
 * const modest = firstWhere(agents, (output) => output.type === 'line' && output.text.includes('one line'));
 * console.log(await collect(createSession().delegate(modest, { goal: 'mend it' }))); // did: change one line
 * ```
 *
 * When not: where only the result says whether it is good, since by then the work is done: `race` agents that fail where theirs is not.
 *
 * @param predicate - given each output of each of them, in the order in which they come; not asked again when one has matched
 * @throws InvalidArgumentError where there is no agent, something is none, or the predicate is no function
 */
export function firstWhere<F extends readonly AnyAgent[]>(
  agents: F, predicate: (output: AgentOutput<ResultOf<F[number]>>) => boolean,
): Agent<ResultOf<F[number]>, BriefOf<F[number]>> {
  type R = ResultOf<F[number]>;
  checkAgents('agents', agents);
  check('predicate', predicate, A_FUNCTION);
  const given: readonly AnyAgent[] = [...agents];
  return amid<R, BriefOf<F[number]>>('firstWhere', given, (brief, _steering, context) => among<R>(context, brief, (all) => {
    let winner: string | undefined;
    const trouble = new Subject<never>();
    const look = (id: string, output: AgentOutput<R>): void => {
      if (winner !== undefined) return;
      try {
        if (!predicate(output)) return;
      } catch (thrown) {
        // It is no fault of the one that was looked at.
        trouble.error(thrown);
        return;
      }
      winner = id;
      all.say(id, 'matched');
      all.stop(`${id} matched first`, id);
    };
    const watched = (agent: AnyAgent): AnyAgent => inside(agent, (asked: Brief, _messages, { run, taskId }) =>
      run(agent, asked).pipe(tap((output) => { look(taskId, output as AgentOutput<R>); })));
    return from(given).pipe(
      filter(() => winner === undefined),
      mergeMap((agent) => all.start(watched(agent))),
      tap((end) => { if (winner === undefined && isSuccess(end)) all.say(end.id, 'ended without a match'); }),
      takeWhile(({ id }) => id !== winner, true),
      toArray(),
      map((ends) => resultOf<R>(ends, winner)),
      takeUntil(trouble),
    );
  }));
}

function resultOf<R>(ends: readonly End[], winner: string | undefined): AgentOutput<R> {
  const last = ends.find(({ id }) => id === winner);
  if (last === undefined) throw failureOfAll('None of them matched', ends);
  if (isSuccess(last)) return result(last.ending.result as R);
  throw last.ending.type === 'failed' ? last.error
    : failureLike(last, `${last.id}, which had matched first, was cancelled: ${withoutDot((last.ending as { reason: string }).reason)}.`);
}
