import { createServer } from 'node:net';
import { lastValueFrom, mergeMap, tap, toArray, from } from 'rxjs';
import { CliError } from '../cliError.js';
import { meant } from '../config/meant.js';
import { readWorking } from '../config/readConfig.js';
import type { Source } from '../config/readSource.js';
import { portProblem } from '../portProblem.js';
import { shown } from '../shown.js';
import { storeOf } from '../store/storeOf.js';
import { examine } from './examine.js';
import type { Finding } from './finding.js';
import { lookAtStore } from './lookAtStore.js';

/** How `sidestream doctor` was called. */
export interface DoctorArguments {
  readonly json: boolean;
  /** Seconds for each agent. */
  readonly timeout: string | undefined;
  /** Whom to look at; nobody named is everybody. */
  readonly names: readonly string[];
  /** The port that is to be served. */
  readonly http: string | undefined;
  /** The file that is to keep the tasks. */
  readonly store: string | undefined;
}

/** Agents that are started at one time: some take long where many start. */
const AT_ONCE = 2;

/** Starts each agent of a config once, and says of each in a line what is wrong. Answers with the exit code. */
export async function doctor(source: Source, { json, timeout, names, http, store }: DoctorArguments): Promise<number> {
  const patience = secondsOf(timeout);
  const { config, broken } = readWorking(source);
  const all = [...new Set([...Object.keys(config.agents), ...broken.keys()])];
  for (const name of names) {
    if (all.includes(name)) continue;
    throw new CliError(`There is no agent ${shown(name)} in ${source.path}${meant(name, all)}; there are ${all.join(', ')}.`);
  }
  const wanted = names.length === 0 ? all : names;
  const lost = (name: string): Finding => ({ name, kind: 'config', ok: false, problem: `${broken.get(name)!}.`, notes: [], elapsed: 0 });
  const file = storeOf(store, config);
  const around = [
    await packages(), ...http === undefined ? [] : [await port(http)], ...file === undefined ? [] : [await lookAtStore(file)],
  ].filter((each) => each !== undefined);
  const print = (finding: Finding): void => { if (!json) console.log(lineOf(finding)); };
  around.forEach(print);
  const found = await lastValueFrom(from(wanted).pipe(
    mergeMap(async (name) => {
      const agent = config.agents[name];
      return agent === undefined || broken.has(name) ? lost(name) : examine(name, agent, config, patience);
    }, AT_ONCE),
    tap(print),
    toArray(),
  ));
  const findings = [...around, ...found.sort((one, other) => wanted.indexOf(one.name) - wanted.indexOf(other.name))];
  const ok = findings.every((finding) => finding.ok);
  if (json) console.log(JSON.stringify({ ok, config: source.path, findings }, undefined, 2));
  return ok ? 0 : 1;
}

function lineOf({ name, kind, ok, problem, did, notes, version, elapsed }: Finding): string {
  const said = ok ? `${did!}${elapsed >= 100 ? ` in ${(elapsed / 1_000).toFixed(1)} s` : ''}` : problem!;
  const what = [kind, ...version === undefined ? [] : [version]].join(' ');
  return `${ok ? 'ok   ' : 'WRONG'} ${name} (${what}): ${[said, ...notes].join('; ')}`;
}

async function packages(): Promise<Finding | undefined> {
  try {
    await import('../../parents/mcp/index.js');
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const problem = 'sidestream mcp needs @modelcontextprotocol/sdk, which does not come with sidestream: npm i @modelcontextprotocol/sdk';
    return { name: '@modelcontextprotocol/sdk', kind: 'package', ok: false, problem, notes: [], elapsed: 0 };
  }
}

async function port(http: string): Promise<Finding> {
  const number = Number(http);
  const base = { name: http, kind: 'port', notes: [], elapsed: 0 };
  if (!/^\d+$/.test(http) || number > 65_535) return { ...base, ok: false, problem: 'Expected --http to be a port from 0 to 65535.' };
  const server = createServer();
  const error = await new Promise<unknown>((resolve) => {
    server.once('error', resolve).listen(number, '127.0.0.1', () => { server.close(() => { resolve(undefined); }); });
  });
  if (error === undefined) return { ...base, ok: true, did: 'it is free' };
  return { ...base, ok: false, problem: portProblem(number, error)?.message ?? (error as Error).message };
}

function secondsOf(timeout = '60'): number {
  const seconds = Number(timeout);
  if (!/^\d+(\.\d+)?$/.test(timeout) || seconds <= 0 || seconds > 3_600) {
    throw new CliError(`Expected --timeout to be a number of seconds up to 3600, got ${shown(timeout)}.`);
  }
  return seconds * 1_000;
}
