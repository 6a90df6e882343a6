import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { acpOf } from './acpOf.js';
import { commandOf } from './commandOf.js';
import type { AgentConfig } from './configSchema.js';
import { modelOf } from './modelOf.js';

/** An agent of a config. @param directory - that its paths are relative to */
export function agentOf(name: string, config: AgentConfig, directory: string): AgentDefinition | Promise<AgentDefinition> {
  switch (config.kind) {
    case 'acp': return acpOf(config, directory);
    case 'command': return commandOf(config, directory);
    case 'model': return modelOf(name, config);
  }
}
