import type { Agent, Delegator } from '../../core/agent.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import type { StandardSchema } from '../../core/standardSchema.js';
import type { ModelBrief } from './modelBrief.js';

/** A model as an agent, with what `createToolset` reads of it. */
export interface ModelAgent<R = string> extends Agent<R, ModelBrief> {
  readonly description?: string;
  readonly briefSchema: NonNullable<AgentDefinition['briefSchema']>;
  readonly steerable: boolean;
  /** A finished run's conversation goes on where a brief names it by `follow_up`. */
  readonly followUp: boolean;
  /** What its result has to be. */
  readonly resultSchema?: StandardSchema<R>;
  readonly onRestart?: NonNullable<AgentDefinition['onRestart']>;
  /** Says what a child with this brief is given below this scope: `toolsets`, `model`, `max_iterations`. */
  readonly grant: (brief: ModelBrief, scope: Delegator) => Readonly<Record<string, unknown>>;
}
