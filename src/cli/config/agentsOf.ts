import { SidestreamError } from '../../core/errors.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { CliError } from '../cliError.js';
import { agentOf } from './agentOf.js';
import type { LoadedConfig } from './readConfig.js';

/**
 * The agents that a config names. Each kind is loaded where one of it is named, since it may need a package that is not there.
 *
 * @param instead - makes what stands for an agent that cannot be made, of the sentence that says why; by default that is thrown
 */
export async function agentsOf(
  { agents, directory }: Pick<LoadedConfig, 'agents' | 'directory'>, instead?: (name: string, sentence: string) => AgentDefinition,
): Promise<Readonly<Record<string, AgentDefinition>>> {
  const made: [string, AgentDefinition][] = [];
  for (const [name, config] of Object.entries(agents)) {
    try {
      made.push([name, await agentOf(name, config, directory)]);
    } catch (error) {
      if (!(error instanceof CliError) && !(error instanceof SidestreamError)) throw error;
      const sentence = `agents.${name}: ${error.message}`;
      if (instead === undefined) throw new CliError(sentence);
      made.push([name, instead(name, sentence)]);
    }
  }
  return Object.fromEntries(made);
}
