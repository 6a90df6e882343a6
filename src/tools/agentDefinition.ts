import type { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import type { AgentFunction } from '../core/answer.js';

/** Any agent: a toolset gives it what its schema has let through, and passes its result on as JSON. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- no other type takes every agent
export type AnyAgent = AgentFunction<any>;

/** An agent with what a model should know of it. */
export interface AgentDefinition {
  readonly agent: AnyAgent;
  /** What the agent is good for, for a model to choose by. */
  readonly description: string;
  /** The fields that its brief has beyond `goal` and `context`. */
  readonly briefSchema?: z.ZodObject | undefined;
  /** `false` says that it does not listen to steering. @defaultValue true */
  readonly steerable?: boolean | undefined;
  /**
   * Says what a child with this brief is given below this scope; it stands as `granted` in the answer to whoever starts it. It is asked
   * before anything is started, and an InvalidArgumentError that it throws refuses the call.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the brief is as its own schema has read it
  readonly grant?: ((brief: any, scope: Delegator) => Readonly<Record<string, unknown>>) | undefined;
}

/** An agent that brings along what a model should know of it, as kinds of agent do. What a definition says itself comes first. */
export type DescribedAgent = AnyAgent & Partial<Omit<AgentDefinition, 'agent'>>;
