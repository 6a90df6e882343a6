import { CliError } from '../cliError.js';
import { readSource, type Source } from '../config/readSource.js';
import type { Terminal } from '../terminal.js';
import { programsOf } from './programsOf.js';
import { isTrusted, setTrust } from './trustStore.js';

/**
 * Reads a config that may be acted on. One that somebody named is; one that only lay in the working directory came perhaps with somebody
 * else's repository, and names programs to run: a person is asked once, by where it is and what is in it.
 */
export async function trustedSource(file: string, isNamed: boolean, terminal: Terminal | undefined): Promise<Source> {
  const source = await readSource(file);
  if (isNamed || await isTrusted(source)) return source;
  const programs = programsOf(source);
  if (terminal === undefined) {
    throw new CliError(
      `${source.path} is not trusted as it stands: it names programs to run, and nobody has said yet that they may. Look at it, then run: `
      + `sidestream trust --config ${source.path} (once, and after each change), or name it by --config ${source.path}.`,
    );
  }
  terminal.say(`${source.path} is not trusted as it stands. These are run or asked by whoever uses its agents:\n${programs.join('\n')}`);
  const answer = await terminal.ask('Trust it, until it changes? [y/N] ');
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(`${source.path} was not trusted, and nothing was started.`);
  await setTrust(source, true);
  return source;
}
