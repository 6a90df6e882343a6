import type { Observable } from 'rxjs';
import type { Agent, AgentContext } from './agent.js';
import type { AsyncAnswer, AsyncResultOf } from './answer.js';
import type { Brief } from './brief.js';
import { isOnlyStream } from './check.js';
import { nameOf } from './internal/session/nameOf.js';
import { ScopeVerbs } from './internal/task/scopeVerbs.js';
import { TaskContext } from './internal/task/taskContext.js';
import { result, type AgentOutput } from './output.js';

/** What a promise- or generator-style agent is given beside its brief. */
export interface AsyncAgentContext extends AgentContext {
  /** Steering messages as a stream; for work in steps, `takeSteering()` is simpler. */
  readonly steering: Observable<string>;
  /** Prints a line; `emit` puts out anything else: `text(…)`, `step()`, `usage(…)`, `tool(…)`. */
  print(this: void, text: string): void;
}

/** What is passed on of the context, each when it is read: all that it can do. */
const VERBS = [...new Set([ScopeVerbs.prototype, TaskContext.prototype].flatMap((verbs) => Object.getOwnPropertyNames(verbs)))]
  .filter((name) => name !== 'constructor') as (keyof AgentContext)[];

/** What such an agent may answer. What it returns is the result; nothing returned means the last line. */
export type AsyncAgentAnswer<R> =
  | R
  | PromiseLike<R>
  | AsyncGenerator<AgentOutput<R> | string, R, void>
  | Generator<AgentOutput<R> | string, R, void>;

/**
 * Makes an agent of an async function, a generator, an async generator or a plain function.
 *
 * What it returns becomes the result, what a generator yields becomes output. Such work cannot be unsubscribed from outside: it sees
 * `signal` abort, and the task counts as stopped when it has really come to its end. A generator is never kept from its `finally`, and
 * one that never waits does not hold the event loop.
 *
 * ```ts
 * import { collect, createSession, fromAsync } from 'sidestream';
 *
 * const sum = fromAsync(async function* ({ goal }, { takeSteering, signal }) {
 *   let total = 0;
 *   for (const word of goal.split(' ')) {
 *     if (takeSteering().includes('stop') || signal.aborted) break;
 *     total += Number(word);
 *     yield `so far ${total}`;
 *   }
 *   return total;
 * });
 * console.log(await collect(createSession().delegate(sum, { goal: '1 2 3' }))); // 6
 * ```
 *
 * For work that already is an Observable, write the agent as a plain function: unsubscribing then stops it at once.
 */
export function fromAsync<A extends AsyncAnswer, B extends Brief>(
  agent: (brief: B, context: AsyncAgentContext) => A,
): Agent<AsyncResultOf<A>, B>;
export function fromAsync<R = never, B extends Brief = Brief>(
  agent: (brief: B, context: AsyncAgentContext) => AsyncAgentAnswer<NoInfer<R>>,
): Agent<R, B>;
export function fromAsync<B extends Brief>(agent: (brief: B, context: AsyncAgentContext) => unknown): Agent<unknown, B> {
  const wrapped = (brief: B, steering: Observable<string>, context: AgentContext): unknown => {
    const extra = { steering, print: (text: string) => { context.emit(text); } };
    for (const verb of VERBS) Object.defineProperty(extra, verb, { get: () => context[verb], enumerable: true });
    return outputsOf(agent(brief, extra as unknown as AsyncAgentContext));
  };
  return Object.defineProperty(wrapped as Agent<unknown, B>, 'name', { value: nameOf(agent) });
}

/** The answer as something to connect to: results are boxed, so that whatever a child returns is never taken for a line or awaited. */
function outputsOf(answer: unknown): unknown {
  const given = Object(answer) as Partial<PromiseLike<unknown> & Generator>;
  if (isOnlyStream(answer)) return answer;
  if (typeof given.then === 'function') return Promise.resolve(answer).then((value) => isOnlyStream(value) ? value : box(value));
  if (typeof given.next === 'function' && Symbol.iterator in given) return turnByTurn(answer as Generator<unknown, unknown, void>);
  return [box(answer)].filter((output) => output !== undefined);
}

const box = (value: unknown): AgentOutput<unknown> | undefined => value === undefined ? undefined : result(value);

/** A generator in turns: between two yields others may run, and a cancel comes through. */
// eslint-disable-next-line @typescript-eslint/require-await -- it is the turns that are wanted
async function* turnByTurn(generator: Generator<unknown, unknown, void>): AsyncGenerator<unknown, unknown, void> {
  return yield* generator;
}
