import { CommandError } from '../../../src/agents/command/commandError.js';

export const commandErrorOf = (stderr: string): CommandError => new CommandError('program', { code: 1, signal: null }, stderr);
