import type { z } from 'zod';
import type { AgentFunction, Delegator, Limit, OnRestart } from '../core/agent.js';
import type { Brief } from '../core/brief.js';
import type { Budget, WrapUp } from '../core/budget.js';
import type { StandardSchema } from '../core/standardSchema.js';

/** Any agent: a toolset gives it what its schema has let through, and passes its result on as JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- no other type takes every agent
export type AnyAgent = AgentFunction<any>;

/** The brief of an agent with this schema: `any` where only that there is a schema is known, and a plain brief where there is none. */
export type BriefOf<S> =
  unknown extends S ? Brief
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the brief is as a schema reads it that is not known here
    : z.ZodObject extends S ? any
      : S extends z.ZodObject ? Brief & z.output<S> : Brief;

/** An agent with what a model should know of it. Its brief is as its schema reads it. */
export interface AgentDefinition<S = z.ZodObject> {
  readonly agent: AgentFunction<BriefOf<S>>;
  /** What the agent is good for, for a model to choose by. */
  readonly description: string;
  /** The fields that its brief has beyond `goal` and `context`. */
  readonly briefSchema?: S & z.ZodObject | undefined;
  /**
   * What its result has to be, by a schema such as zod's: the tools then answer it as data. @see defineAgent, which infers its type
   * @defaultValue the agent's own property `resultSchema`
   */
  readonly resultSchema?: StandardSchema | undefined;
  /** `false` says that it does not listen to steering. @defaultValue true */
  readonly steerable?: boolean | undefined;
  /** `true` says that a task of it can go on with the conversation of one that has ended (`follow_up` in its brief). @defaultValue false */
  readonly followUp?: boolean | undefined;
  /**
   * Says what a child with this brief is given below this scope; it stands as `granted` in the answer to whoever starts it. It is asked
   * before anything is started, and an InvalidArgumentError that it throws refuses the call.
   */
  readonly grant?: ((brief: BriefOf<S>, scope: Delegator) => Readonly<Record<string, unknown>>) | undefined;
  /** What becomes of a running task when its process has ended, in a session with a store. @defaultValue 'interrupt' */
  readonly onRestart?: OnRestart | undefined;
  /** What each of its tasks may spend at most; where a toolset lets a model give budgets, it may only give less. @defaultValue no limit */
  readonly budget?: Budget | undefined;
  /** How each of its tasks is warned before a limit ends it; without `before` it goes with a budget. @defaultValue as the core warns */
  readonly wrapUp?: WrapUp | undefined;
  /** What its tasks wait for, together with all others of that limit. @defaultValue the agent's own property `limit` */
  readonly limit?: Limit | undefined;
  /** Milliseconds after which a task of it fails as `deadline_exceeded`. @defaultValue the session's */
  readonly deadline?: number | undefined;
  /** Milliseconds of silence after which a task of it fails as `stalled`. @defaultValue the session's */
  readonly idleTimeout?: number | undefined;
}

/** An agent that brings along what a model should know of it, as kinds of agent do. What a definition says itself comes first. */
export type DescribedAgent<S = z.ZodObject> = AgentFunction<BriefOf<S>> & Partial<Omit<AgentDefinition<S>, 'agent'>>;
