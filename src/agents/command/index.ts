// Programs as agents
export { command, type CommandAgent } from './command.js';
export { CommandError } from './commandError.js';
export type { Prompt } from './prompts/promptOf.js';
export type { Arguments, CommandOptions, Read } from './commandOptions.js';

// How programs are started
export type { Environment } from '../../processes/environment.js';
export type { Launch, Sandbox } from '../../processes/launch.js';
