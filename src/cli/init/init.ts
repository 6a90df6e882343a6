import { access, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { presets } from '../../agents/acp/presets.js';
import { sqlite } from '../../stores/sqlite/index.js';
import { CliError } from '../cliError.js';
import { shown } from '../shown.js';
import { meant } from '../config/meant.js';
import { readSource } from '../config/readSource.js';
import { systemReason } from '../systemReason.js';
import { makeOwnFolder } from '../store/ownFolder.js';
import { STORE } from '../store/storeOf.js';
import type { Terminal } from '../terminal.js';
import { setTrust } from '../trust/trustStore.js';
import { ALIASES, knownAgents, type KnownAgent } from './knownAgents.js';
import { startOf } from './startOf.js';

/** How `sidestream init` was called. */
export interface InitArguments {
  readonly config: string;
  /** The agents that are wanted, parted by commas; `all` those that are found, `none`. */
  readonly agents: string | undefined;
  /** Whether what would be asked is taken as it is offered. */
  readonly yes: boolean;
}

type Preset = KnownAgent['preset'];

/** Writes a start of a config with the agents of this machine, and says what to do with it. What is there already stays. */
export async function init({ config, agents, yes }: InitArguments, terminal: Terminal | undefined): Promise<void> {
  const path = resolve(config);
  if (await access(path).then(() => true, () => false)) throw new CliError(`${path} is there already, and was left as it is.`);
  const found = knownAgents(dirname(path));
  for (const { preset, at } of found) console.log(`Found ${preset}: ${at}`);
  const wanted = agents !== undefined ? read(agents, found)
    : terminal === undefined || yes || found.length === 0 ? found : await ask(found, terminal);
  try {
    await writeFile(path, `${JSON.stringify(startOf(wanted), undefined, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    throw new CliError((error as NodeJS.ErrnoException).code === 'EEXIST'
      ? `${path} is there already, and was left as it is.` : `${path} cannot be written: ${systemReason(error)}.`);
  }
  await makeOwnFolder(resolve(dirname(path), STORE));
  const missing = await missingPackages(wanted.length > 0);
  if (missing.length > 0) console.log(`Still needed: npm i ${missing.join(' ')}`);
  for (const { preset, at } of wanted) if (at === '') console.log(`Still needed for ${preset}: ${presets[preset].install}`);
  if (found.length === 0) console.log(`None of the known agents was found (${Object.keys(presets).join(', ')}).`);
  // What was written here a moment ago need not be asked about; where that cannot be noted, it is named.
  const isTrusted = await readSource(path).then((source) => setTrust(source, true)).then(() => true, () => false);
  const doctor = `npx sidestream doctor${isTrusted ? '' : ` --config ${path}`}`;
  console.log(`Wrote ${path}. Look at it, try it by \`${doctor}\`, then give your host this server:\n`);
  console.log(JSON.stringify({ mcpServers: { sidestream: serverOf(path) } }, undefined, 2));
}

/** What a host starts, from whatever directory: this very program, so that no registry is asked. */
function serverOf(config: string): { readonly command: string; readonly args: readonly string[] } {
  const script = resolve(process.argv[1]!);
  if (/[\\/]_npx[\\/]/.test(script)) {
    console.log(`${script} is in the cache of npx, which may be emptied. Better install sidestream first: npm i -D sidestream\n`);
  }
  return { command: process.execPath, args: [script, 'mcp', '--config', config] };
}

function read(names: string, found: readonly KnownAgent[]): readonly KnownAgent[] {
  const all = Object.keys(presets) as Preset[];
  if (names.trim() === 'all') return found;
  if (names.trim() === 'none') return [];
  const wanted = names.split(/[\s,]+/).filter((name) => name !== '').map((name) => {
    const preset = ALIASES[name] ?? all.find((each) => each === name);
    if (preset !== undefined) return preset;
    const which = meant(name, [...all, ...Object.keys(ALIASES)]);
    throw new CliError(`Expected --agents to be all, none, or some of ${all.join(', ')}, got ${shown(name)}${which}.`);
  });
  if (wanted.length === 0) throw new CliError(`Expected --agents to be all, none, or some of ${all.join(', ')}, got nothing.`);
  // One that is not there yet may come.
  return [...new Set(wanted)].map((preset) => found.find((each) => each.preset === preset) ?? { preset, at: '' });
}

async function ask(found: readonly KnownAgent[], terminal: Terminal): Promise<readonly KnownAgent[]> {
  for (;;) {
    const offered = found.map(({ preset }) => preset).join(',');
    const answer = (await terminal.ask(`Which of them are to run in the background? [${offered}] `)).trim();
    if (answer === '') return found;
    try {
      return read(answer, found);
    } catch (error) {
      terminal.say((error as Error).message.replace('--agents', 'the answer'));
    }
  }
}

async function missingPackages(isAcp: boolean): Promise<readonly string[]> {
  const needed: [string, () => Promise<unknown>][] = [['@modelcontextprotocol/sdk', () => import('@modelcontextprotocol/sdk/types.js')]];
  if (isAcp) needed.push(['@agentclientprotocol/sdk', () => import('@agentclientprotocol/sdk')]);
  // Node brings one along from 22.13 on.
  needed.push(['libsql', async () => { (await sqlite(':memory:').view()).close(); }]);
  const looked = await Promise.all(needed.map(([name, load]) => load().then(() => [], () => [name])));
  return looked.flat();
}
