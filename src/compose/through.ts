import type { OperatorFunction } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { A_FUNCTION, check } from '../core/check.js';
import type { AgentOutput } from '../core/output.js';
import type { ResultIn } from '../core/resultIn.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { inside, type SaidOf } from './asAgent.js';
import { checkAgent } from './checkAgents.js';

/**
 * The agent, with what it puts out led through an operator: to look at it, to change it, or to end it.
 *
 * ```
 * agent                            ──1──2──result(3)|
 * through(agent, map(x => 10 * x)) ──10─20─result(30)|
 * ```
 *
 * Any operator over its outputs will do, and several by RxJS's `pipe`. What the operator puts out is what the agent puts out, strings
 * included; an error of it fails the task, and its completion ends it and stops the agent. For all else the agent is what it was: its
 * name, its mailbox, and what it says of itself.
 *
 * ```ts
 * import { tap } from 'rxjs';
 * import { collect, createSession, line, result } from 'sidestream';
 * import { through } from 'sidestream/compose';
 *
 * const counter = () => [line('one'), result(2)];
 * const guarded = through(counter, tap((output) => {
 *   if (output.type === 'line' && output.text.includes('rm -rf')) throw new Error('that is not allowed');
 * }));
 * console.log(await collect(createSession().delegate(guarded, { goal: 'count' }))); // 2
 * ```
 *
 * When not: to look at a task from outside, `task.events` and `task.outputs` do, and change nothing. To hide what must not be seen, the
 * session's `redact` sees results, errors and lines that are cut in two by their chunks.
 *
 * @throws InvalidArgumentError where the agent or the operator is not what it should be
 */
export function through<F extends AnyAgent, O extends AgentOutput<unknown> | string>(
  agent: F, operator: OperatorFunction<AgentOutput<ResultOf<F>>, O>,
): Agent<ResultThrough<O>, BriefOf<F>> & SaidOf<F> {
  checkAgent('agent', agent);
  check('operator', operator, A_FUNCTION);
  return inside<ResultThrough<O>, BriefOf<F>, F>(agent, (brief, _steering, context) =>
    context.run(agent, brief).pipe(operator as never));
}

/** The result in what an operator puts out; without one, the last line. */
export type ResultThrough<O> = ResultIn<Exclude<O, string> | { readonly type: 'line'; readonly text: string }>;
