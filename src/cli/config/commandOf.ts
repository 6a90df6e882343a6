import { command } from '../../agents/command/command.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import type { AgentConfig } from './configSchema.js';
import { placeOf } from './placeOf.js';

type CommandConfig = Extract<AgentConfig, { readonly kind: 'command' }>;

/** A program of a config as an agent. */
export function commandOf(config: CommandConfig, directory: string): AgentDefinition {
  const {
    kind: _kind, onRestart: _onRestart, command: file, args = [], description, cwd: _cwd, roots: _roots, sandbox: _sandbox, check: _check,
    ...options
  } = config;
  return { agent: command(file, args, { ...options, ...placeOf(config, directory) }), description };
}
