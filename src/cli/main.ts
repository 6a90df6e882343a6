import { readFile } from 'node:fs/promises';
import { debuglog, parseArgs } from 'node:util';
import { SidestreamError } from '../core/errors.js';
import { CliError } from './cliError.js';
import { init } from './init/init.js';
import { mcp } from './mcp.js';
import { openTerminal } from './terminal.js';
import { USAGE } from './usage.js';

const CONFIG = 'sidestream.config.json';

/** The `sidestream` command; answers with its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await run(args);
    return 0;
  } catch (error) {
    if (error instanceof CliError || error instanceof SidestreamError) {
      console.error(`sidestream: ${error.message}`);
    } else {
      // A fault of ours, or of something that it was built on: where it happened is for those who mend it.
      const { message } = error instanceof Error ? error : new Error(String(error));
      console.error(`sidestream: unexpected: ${message} Please report it, with what NODE_DEBUG=sidestream shows of it.`);
      debuglog('sidestream')('%O', error);
    }
    return 1;
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = read(args);
  const [command, ...rest] = positionals;
  if (values.version === true) {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
    console.log(manifest.version);
    return;
  }
  if (values.help === true || command === undefined) {
    console.log(USAGE);
    return;
  }
  if (rest.length > 0) throw new CliError(`Expected nothing after ${command}, got ${rest.join(' ')}. See sidestream --help.`);
  const { config = CONFIG } = values;
  switch (command) {
    case 'init': return init({ config, agents: values.agents, yes: values.yes === true }, openTerminal());
    case 'mcp': return mcp({
      config, http: values.http, tokenEnv: values['token-env'], origins: values.origin, maxSessions: values['max-sessions'],
      sessionTimeout: values['session-timeout'],
    });
    default: throw new CliError(`Expected init or mcp, got ${command}. See sidestream --help.`);
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'config': { type: 'string' }, 'http': { type: 'string' }, 'token-env': { type: 'string' },
        'origin': { type: 'string', multiple: true }, 'max-sessions': { type: 'string' }, 'session-timeout': { type: 'string' },
        'agents': { type: 'string' }, 'yes': { type: 'boolean', short: 'y' },
        'help': { type: 'boolean', short: 'h' }, 'version': { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new CliError(`${(error as Error).message} See sidestream --help.`);
  }
}
