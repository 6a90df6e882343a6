import { readFile } from 'node:fs/promises';
import { debuglog, parseArgs } from 'node:util';
import { SidestreamError } from '../core/errors.js';
import { CliError } from './cliError.js';
import { meant } from './config/meant.js';
import { CONFIG } from './config/readSource.js';
import { doctor } from './doctor/doctor.js';
import { init } from './init/init.js';
import { mcp } from './mcp.js';
import { openTerminal } from './terminal.js';
import { shown } from './shown.js';
import { tasks } from './tasks/tasks.js';
import { trust } from './trust/trust.js';
import { trustedSource } from './trust/trustedSource.js';
import { USAGE } from './usage.js';

const COMMANDS = ['init', 'mcp', 'doctor', 'trust', 'tasks'];

/** The `sidestream` command; answers with its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
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

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = read(args);
  const [command, ...rest] = positionals;
  if (values.version === true) {
    const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
    console.log(manifest.version);
    return 0;
  }
  if (values.help === true || command === undefined) {
    console.log(USAGE);
    return 0;
  }
  if (rest.length > 0 && command !== 'doctor' && command !== 'tasks') {
    throw new CliError(`Expected nothing after ${command}, got ${rest.map(shown).join(' ')}. See sidestream --help.`);
  }
  const { config = CONFIG, http } = values;
  const open = () => trustedSource(config, values.config !== undefined, openTerminal());
  switch (command) {
    case 'init':
      await init({ config, agents: values.agents, yes: values.yes === true }, openTerminal());
      return 0;
    case 'mcp':
      return mcp(open, {
        http, tokenEnv: values['token-env'], origins: values.origin, maxSessions: values['max-sessions'],
        sessionTimeout: values['session-timeout'], store: values.store,
      });
    case 'doctor':
      return doctor(await open(), { json: values.json === true, timeout: values.timeout, names: rest, http, store: values.store });
    case 'tasks':
      await tasks(rest, {
        config: values.config, store: values.store, json: values.json === true, unheard: values.unheard === true, limit: values.limit,
      });
      return 0;
    case 'trust':
      await trust(config, values.forget !== true);
      return 0;
    default:
      throw new CliError(
        `Expected init, mcp, doctor, trust or tasks, got ${shown(command)}${meant(command, COMMANDS)}. See sidestream --help.`,
      );
  }
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'config': { type: 'string' }, 'help': { type: 'boolean', short: 'h' }, 'version': { type: 'boolean', short: 'v' },
        'agents': { type: 'string' }, 'yes': { type: 'boolean', short: 'y' },
        'json': { type: 'boolean' }, 'timeout': { type: 'string' }, 'forget': { type: 'boolean' },
        'http': { type: 'string' }, 'token-env': { type: 'string' }, 'origin': { type: 'string', multiple: true },
        'max-sessions': { type: 'string' }, 'session-timeout': { type: 'string' },
        'store': { type: 'string' }, 'unheard': { type: 'boolean' }, 'limit': { type: 'string' },
      },
    });
  } catch (error) {
    throw new CliError(`${(error as Error).message} See sidestream --help.`);
  }
}
