import type { Agent, Delegator } from '../../core/agent.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import type { ModelBrief } from './modelBrief.js';

/** A model as an agent, with what `createToolset` reads of it. */
export interface ModelAgent extends Agent<string, ModelBrief> {
  readonly description?: string;
  readonly briefSchema: NonNullable<AgentDefinition['briefSchema']>;
  readonly steerable: boolean;
  readonly onRestart?: NonNullable<AgentDefinition['onRestart']>;
  /** Says what a child with this brief is given below this scope: `toolsets`, `model`, `max_iterations`. */
  readonly grant: (brief: ModelBrief, scope: Delegator) => Readonly<Record<string, unknown>>;
}
