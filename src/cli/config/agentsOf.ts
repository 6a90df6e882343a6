import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { acpOf } from './acpOf.js';
import { commandOf } from './commandOf.js';
import type { AgentConfig } from './configSchema.js';
import { modelOf } from './modelOf.js';
import type { LoadedConfig } from './readConfig.js';

/** The agents that a config names. Each kind is loaded where one of it is named, since it may need a package that is not there. */
export async function agentsOf({ agents, directory }: LoadedConfig): Promise<Readonly<Record<string, AgentDefinition>>> {
  const made: [string, AgentDefinition][] = [];
  for (const [name, config] of Object.entries(agents)) made.push([name, await agentOf(name, config, directory)]);
  return Object.fromEntries(made);
}

function agentOf(name: string, config: AgentConfig, directory: string): AgentDefinition | Promise<AgentDefinition> {
  switch (config.kind) {
    case 'acp': return acpOf(config, directory);
    case 'command': return commandOf(config, directory);
    case 'model': return modelOf(name, config);
  }
}
