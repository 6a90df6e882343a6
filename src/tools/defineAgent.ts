import type { Observable, ObservableInput } from 'rxjs';
import type * as z from 'zod';
import type { Agent, AgentContext } from '../core/agent.js';
import type { AgentAnswer } from '../core/answer.js';
import { A_FUNCTION, AN_OBJECT, check, WORDS } from '../core/check.js';
import type { AgentOutput } from '../core/output.js';
import type { StandardSchema } from '../core/standardSchema.js';
import type { AgentDefinition, BriefOf } from './agentDefinition.js';
import { readDefinition, SAID } from './calls/readDefinition.js';

/** What an agent may answer whose result has a schema: what the schema takes, or a text of it as JSON, in any of the ways of an agent. */
export type AnswerOf<R> = R extends StandardSchema
  ? ObservableInput<AgentOutput<InputOf<R> | string> | string> | PromiseLike<Given<InputOf<R>>> | Given<InputOf<R>>
  : AgentAnswer;

type Given<I> = I | string | AgentOutput<I | string> | ObservableInput<AgentOutput<I | string> | string>;

/** What a schema takes: a value that nobody has to be able to change. */
type InputOf<R extends StandardSchema> = Unchanged<NonNullable<R['~standard']['types']>['input']>;

type Unchanged<T> = T extends (...given: never) => unknown ? T
  : T extends readonly unknown[] | object ? { readonly [K in keyof T]: Unchanged<T[K]> } : T;

/** The result of an agent with this schema. */
export type OutputOf<R> = R extends StandardSchema<infer O> ? O : unknown;

/** What an agent is defined by: a definition, and its name. */
export interface DefineAgentOptions<B extends z.ZodObject | undefined, R extends StandardSchema | undefined, A = AnswerOf<R>>
  extends Omit<AgentDefinition<B>, 'agent'> {
  /** Stands in the ids of its tasks. @defaultValue the function's own name, where that is not `agent` */
  readonly name?: string | undefined;
  readonly briefSchema?: B | undefined;
  readonly resultSchema?: R | undefined;
  /** Its brief is as `briefSchema` reads it, and it answers what `resultSchema` takes. */
  readonly agent: (brief: BriefOf<B>, steering: Observable<string>, context: AgentContext) => A;
}

/** An agent that knows its schemas, with what a model should know of it. */
export type DefinedAgent<B extends z.ZodObject | undefined, R extends StandardSchema | undefined> =
  Agent<OutputOf<R>, BriefOf<B>> & Omit<AgentDefinition<B>, 'agent' | 'resultSchema'> & { readonly resultSchema: R };

/**
 * Makes an agent that says of itself what its brief and its result have to be, and infers both types from the schemas. It is taken as it is
 * by `createToolset`, `openSession`, `delegate`, `run` and all that takes an agent, and what it completes with is validated everywhere.
 *
 * ```ts
 * import { collect, createSession } from 'sidestream';
 * import { createToolset, defineAgent } from 'sidestream/tools';
 * import { z } from 'zod';
 *
 * const counter = defineAgent({
 *   name: 'counter',
 *   description: 'Counts the words of a text.',
 *   briefSchema: z.object({ text: z.string() }),
 *   resultSchema: z.object({ words: z.number() }),
 *   agent: async ({ text }) => ({ words: text.split(' ').length }),
 * });
 * const session = createSession();
 * const { words } = await collect(session.delegate(counter, { goal: 'count', text: 'one two three' }));
 * console.log(words); // 3
 * const { delegate_task } = createToolset(session, { agents: { counter } });
 * console.log((await delegate_task.execute({ goal: 'count', text: 'one two' })).result); // { words: 2 }
 * ```
 *
 * What is delegated in code is not read by `briefSchema`: the compiler sees to it. What a model sends is.
 *
 * @throws InvalidArgumentError where a part of the definition is not what it should be
 */
export function defineAgent<
  B extends z.ZodObject | undefined = undefined, R extends StandardSchema | undefined = undefined,
  // By itself, and `const`: else the literals of an enumeration would widen to strings before the schema is known.
  const A extends AnswerOf<R> = AnswerOf<R>,
>(definition: DefineAgentOptions<B, R, A>): DefinedAgent<B, R> {
  check('the definition', definition, AN_OBJECT);
  const { agent, name = nameOf(agent) } = definition;
  check('agent', agent, A_FUNCTION);
  check('name', name, WORDS);
  const said = readDefinition(name, definition as unknown as AgentDefinition, false);
  // A function of its own: what it says is not written into another's.
  const defined = (...given: Parameters<typeof agent>): unknown => agent(...given);
  return Object.assign(
    Object.defineProperty(defined, 'name', { value: name }),
    Object.fromEntries(SAID.map((field) => [field, said[field]] as const).filter(([, value]) => value !== undefined)),
  ) as unknown as DefinedAgent<B, R>;
}

const nameOf = (agent: unknown): string => {
  const { name } = Object(agent) as { readonly name?: unknown };
  return typeof name === 'string' && WORDS[0](name) ? name : 'agent';
};
