import {
  concat, connect, defer, EMPTY, filter, ignoreElements, merge, of, tap, type MonoTypeOperatorFunction, type Observable,
} from 'rxjs';
import type { Agent, AgentFunction } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import type { Brief } from '../core/brief.js';
import { A_FUNCTION, check } from '../core/check.js';
import { InvalidArgumentError } from '../core/errors.js';
import { result } from '../core/operators/result.js';
import { text, type AgentOutput } from '../core/output.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { amid } from './asAgent.js';
import { checkAgent } from './checkAgents.js';
import { needsResult } from './needsResult.js';
import { withContext } from './withContext.js';

/**
 * A stage: an agent that takes the brief of the whole, or an agent and how its brief is made of the last result and of that brief.
 */
export type Stage<F extends AnyAgent, L, B extends Brief> =
  | F & AgentFunction<B>
  | { readonly agent: F; readonly brief: (last: L, brief: B) => BriefOf<F> };

type AnyStage = AnyAgent | { readonly agent: AnyAgent; readonly brief: (last: never, brief: never) => Brief };

/** The result of the last stage. */
type LastOf<S extends readonly AnyStage[]> =
  S extends readonly [...AnyStage[], infer L]
    ? ResultOf<L extends { readonly agent: infer F extends AnyAgent } ? F : Extract<L, AnyAgent>>
    : unknown;

/**
 * Several agents one after the other, in one task, each with the result of the one before.
 *
 * ```
 * a               ──line──result(1)|
 * b                                └─line──result(2)|     its brief has the 1
 * sequence(a, b)  ──line─────────────line──result(2)|
 * ```
 *
 * The brief of a further stage is that of the whole, with the last result behind its `context`: a string as it is, anything else as JSON.
 * `{ agent, brief: (last, brief) => … }` makes another. Everything that a stage puts out is seen but its result, which is the next one's
 * to have: only the last stage's result is the result, and if that stage comes to none the whole fails as `no_result`. A stage that
 * fails ends the whole with its error. Messages go to the stage at work, and what it did not take to the next.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { sequence } from 'sidestream/compose';
 *
 * const count = async ({ goal }) => ({ words: goal.split(' ').length });
 * const report = async ({ context }) => `counted: ${context}`;
 * const task = createSession().delegate(sequence(count, report), { goal: 'one two three' });
 * console.log(await collect(task)); // counted: {"words":3}
 * ```
 *
 * When not: where the second agent can begin before the first has ended, see {@link flowing}. Where each stage is to have limits, or be
 * cancelled, by itself, delegate and collect one after the other in an agent of your own. When its process has ended, a sequence does not
 * go on in its middle.
 *
 * @throws InvalidArgumentError where there is no agent, or a stage is none
 */
export function sequence<A extends AnyAgent>(first: A): Agent<ResultOf<A>, BriefOf<A>>;
export function sequence<A extends AnyAgent, B extends AnyAgent>(
  first: A, second: Stage<B, ResultOf<A>, BriefOf<A>>,
): Agent<ResultOf<B>, BriefOf<A>>;
export function sequence<A extends AnyAgent, B extends AnyAgent, C extends AnyAgent>(
  first: A, second: Stage<B, ResultOf<A>, BriefOf<A>>, third: Stage<C, ResultOf<B>, BriefOf<A>>,
): Agent<ResultOf<C>, BriefOf<A>>;
export function sequence<A extends AnyAgent, B extends AnyAgent, C extends AnyAgent, D extends AnyAgent>(
  first: A, second: Stage<B, ResultOf<A>, BriefOf<A>>, third: Stage<C, ResultOf<B>, BriefOf<A>>, fourth: Stage<D, ResultOf<C>, BriefOf<A>>,
): Agent<ResultOf<D>, BriefOf<A>>;
export function sequence<A extends AnyAgent, S extends readonly [AnyStage, AnyStage, AnyStage, AnyStage, ...AnyStage[]]>(
  first: A, ...rest: S
): Agent<LastOf<S>, BriefOf<A>>;
export function sequence<A extends AnyAgent, F extends AnyAgent>(
  first: A, ...rest: readonly (F & AgentFunction<BriefOf<A>>)[]
): Agent<ResultOf<A | F>, BriefOf<A>>;
export function sequence(first: AnyAgent, ...rest: readonly AnyStage[]): Agent<unknown> {
  const stages = [first, ...rest].map(stageOf);
  const last = stages.length - 1;
  return amid('sequence', stages.map(({ agent }) => agent), (brief, _steering, context) => defer(() => {
    let found: unknown;
    return concat(...stages.map(({ agent, brief: briefFor }, n) => defer(() => {
      const outputs = context.run(agent, n === 0 ? brief : briefFor(found as never, brief as never));
      return n === last ? outputs.pipe(needsResult()) : outputs.pipe(keepingResult((value) => { found = value; }), endingLine());
    })));
  }));
}

function stageOf(stage: AnyStage, n: number): { agent: AnyAgent; brief: (last: never, brief: never) => Brief } {
  if (typeof stage !== 'object' || stage === null || !('agent' in stage)) {
    checkAgent(`stage ${n + 1}`, stage);
    return { agent: stage, brief: (last: unknown, brief: Brief) => withContext(brief, last) };
  }
  if (n === 0) throw new InvalidArgumentError('Expected the first stage to be an agent alone: its brief is that of the whole.');
  checkAgent(`the agent of stage ${n + 1}`, stage.agent);
  check(`the brief of stage ${n + 1}`, stage.brief, A_FUNCTION);
  return stage;
}

/** Takes the result out of what is put out, and keeps it; errors where there is none. */
const keepingResult = (keep: (value: unknown) => void): MonoTypeOperatorFunction<AgentOutput<unknown>> => connect((outputs) => merge(
  outputs.pipe(filter(({ type }) => type !== 'result')),
  outputs.pipe(result(), tap(keep), ignoreElements()),
));

/** Ends the line in hand with the source: the words of one stage do not go on with those of the next. */
const endingLine = (): MonoTypeOperatorFunction<AgentOutput<unknown>> => (source: Observable<AgentOutput<unknown>>) => defer(() => {
  let inHand = false;
  return concat(
    source.pipe(tap((output) => { if (output.type === 'text' && output.text !== '') inHand = !output.text.endsWith('\n'); })),
    defer(() => inHand ? of(text('\n')) : EMPTY),
  );
});
