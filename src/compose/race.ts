import { from, mergeMap } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { among } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid } from './asAgent.js';
import { checkAgents } from './checkAgents.js';
import { firstSuccess } from './firstSuccess.js';

/**
 * An agent that gives the same brief to several, and has the result of whoever is first; the others are stopped.
 *
 * Each is a child task that can be seen, steered and cancelled. Who fails has lost; only where all have failed does the race fail, with a
 * sentence that names each. Under `overflow: 'reject'` it may run fewer than all: a line says of each that it was not started. What the
 * race is told they are all told.
 *
 * ```
 * a        ──started──────────x          cancelled: lost the race to b
 * b        ──started──────result|
 * race     ───────────────(won, result|)
 * ```
 *
 * ```ts
 * import { timer, map } from 'rxjs';
 * import { collect, createSession } from 'sidestream';
 * import { race } from 'sidestream/compose';
 *
 * const slow = ({ goal }: { goal: string }) => timer(2_000).pipe(map(() => `${goal}, slowly`));
 * const quick = ({ goal }: { goal: string }) => timer(10).pipe(map(() => `${goal}, quickly`));
 * const session = createSession();
 * console.log(await collect(session.delegate(race(slow, quick), { goal: 'look it up' }))); // look it up, quickly
 * for (const { agent, status } of session.list()) console.log(agent, status); // race completed, slow cancelled, quick completed
 * ```
 *
 * When not: where an agent costs money or changes files, each of them does so until it has lost; `hedge` starts the next only where it is
 * needed, and `fallback` only where one has failed. RxJS's own `race`, over tasks that run already, is won by the one listed first, since
 * each task replays that it has started.
 *
 * @throws InvalidArgumentError where there is no agent, or something is none
 */
export function race<F extends AnyAgent[]>(...agents: F): Agent<ResultOf<F[number]>, BriefOf<F[number]>> {
  type R = ResultOf<F[number]>;
  checkAgents('agents', agents);
  return amid<R, BriefOf<F[number]>>('race', agents, (brief, _steering, context) => among<R>(context, brief, (all) =>
    from<AnyAgent[]>(agents).pipe(
      mergeMap((agent) => all.start(agent)),
      firstSuccess(all, 'lost the race to', 'Nobody won the race'),
    )));
}
