import { dirname } from 'node:path';
import { CliError } from '../cliError.js';
import { checkConfig, type Checked } from './checkConfig.js';
import { configSchema, type Config } from './configSchema.js';
import { readSource, type Source } from './readSource.js';

/** A config that was read, and the directory that its paths are relative to. */
export type LoadedConfig = Config & { readonly directory: string };

/** A config as far as it can be used. */
export interface WorkingConfig {
  readonly config: LoadedConfig;
  /** The agents that were left out of it: what is wrong with each. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Reads and checks a config; whatever is wrong with it is said at once. */
export async function readConfig(file: string): Promise<LoadedConfig> {
  const source = await readSource(file);
  const { config, ...checked } = checkConfig(source);
  if (config === undefined) throw refusal(source, checked);
  return { ...config, directory: dirname(source.path) };
}

/**
 * Checks a config, and leaves out the agents that are not right: none of them takes the others down. What is wrong beyond the agents, and
 * with all of them, is said as of any config.
 */
export function readWorking(source: Source): WorkingConfig {
  const { config, ...checked } = checkConfig(source);
  const directory = dirname(source.path);
  if (config !== undefined) return { config: { ...config, directory }, broken: new Map() };
  const { problems, place, value } = checked;
  const broken = new Map<string, string>();
  for (const problem of problems) {
    const [room, name] = problem.path;
    if (room !== 'agents' || typeof name !== 'string') throw refusal(source, checked);
    const sentence = `${source.path}:${place(problem)} ${problem.words}`;
    broken.set(name, broken.has(name) ? `${broken.get(name)}; ${problem.words}` : sentence);
  }
  const { agents, defaultAgent, ...rest } = value as { readonly agents: Readonly<Record<string, unknown>>; readonly defaultAgent?: string };
  const sound = Object.fromEntries(Object.entries(agents).filter(([name]) => !broken.has(name)));
  const read = configSchema.safeParse({ ...rest, agents: sound });
  if (!read.success) throw refusal(source, checked);
  // It may be one of those that were left out: who asks for nobody is to hear of that.
  return { config: { ...read.data, ...defaultAgent === undefined ? {} : { defaultAgent }, directory }, broken };
}

function refusal({ path }: Source, { problems, place }: Pick<Checked, 'problems' | 'place'>): CliError {
  return new CliError(`${path} is not right:\n${problems.map((problem) => `  ${place(problem)} ${problem.words}`).join('\n')}`);
}
