import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { CliError } from '../cliError.js';
import { agentsOf } from './agentsOf.js';
import { brokenAgent } from './brokenAgent.js';
import { readWorking, type LoadedConfig } from './readConfig.js';
import type { Source } from './readSource.js';

/** A config with its agents, those that cannot be started among them. */
export interface WorkingAgents {
  readonly config: LoadedConfig;
  readonly agents: Readonly<Record<string, AgentDefinition>>;
  /** What is wrong with those. */
  readonly broken: readonly string[];
}

/** The agents of a config, as many as can be had. @throws CliError where none can */
export async function workingAgents(source: Source): Promise<WorkingAgents> {
  const { config, broken } = readWorking(source);
  const sentences = new Map([...broken].map(([name, words]) => [name, `${words}.`]));
  const made = await agentsOf(config, (name, sentence) => {
    sentences.set(name, sentence);
    return brokenAgent(sentence, config.agents[name]?.description);
  });
  const lost = [...broken.keys()].map((name) => [name, brokenAgent(sentences.get(name)!)] as const);
  const agents = { ...made, ...Object.fromEntries(lost) };
  const all = [...sentences.values()];
  if (all.length === Object.keys(agents).length) throw new CliError(all.join('\n  '));
  return { config, agents, broken: all };
}
