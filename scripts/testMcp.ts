/**
 * Runs the official conformance suite of the Model Context Protocol, every scenario for servers, against a real server of ours over HTTP:
 * `npm run test:mcp`. The suite needs Node 22, so both are installed into a temporary folder, which is removed at the end; `-- --keep`
 * leaves it there and says where, and `-- --in DIR` uses one that was left. Names after that run these scenarios only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NEVER } from 'rxjs';
import { serveHttp } from '../src/parents/mcp/serveHttp.js';
import { conformanceProxy } from './mcp/conformanceProxy.js';

const SUITE = '@modelcontextprotocol/conformance@0.1.16';
const NODE = 'node@22';

const { values: { keep = false, in: given }, positionals } = parseArgs({
  options: { keep: { type: 'boolean' }, in: { type: 'string' } }, allowPositionals: true,
});
const directory = given ?? mkdtempSync(join(tmpdir(), 'sidestream-mcp-'));
const node = join(directory, 'node_modules/node/bin/node');
const suite = join(directory, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** Installs, or answers with why it cannot. */
function install(): string | undefined {
  if (given !== undefined && existsSync(suite)) return undefined;
  console.log(`Installing ${SUITE} and ${NODE} into ${directory} …`);
  writeFileSync(join(directory, 'package.json'), '{ "private": true }');
  const args = ['install', '--prefix', directory, '--no-audit', '--no-fund', SUITE, NODE];
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? 'npm failed';
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (version.error === undefined && version.stdout.startsWith('v22.')) return undefined;
  return `the npm package ${NODE} brought no Node 22 for ${process.platform} ${process.arch}.`;
}

/** Runs the suite with its own Node. */
function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(node, [suite, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text; });
  return new Promise((resolve) => { child.once('close', (code) => { resolve({ code, said }); }); });
}

const why = (said: string): string =>
  /✗.*|Error.*|FAILURE.*/.exec(said.replaceAll(/\u001b\[[\d;]*m/g, ''))?.[0].slice(0, 160) ?? 'no reason said';

async function main(): Promise<void> {
  const trouble = install();
  if (trouble !== undefined) {
    console.log(`Skipped: the conformance suite cannot be installed here, so nothing was tried. ${trouble}`);
    return;
  }
  const listed = (await run(['list', '--server'])).said;
  const scenarios = [...listed.matchAll(/^ +- ([\w-]+) /gm)].map(([, name]) => name!);
  const unknown = positionals.find((name) => !scenarios.includes(name));
  if (scenarios.length === 0 || unknown !== undefined) throw new Error(`There is no scenario ${unknown ?? ''}. There are:\n${listed}`);

  const token = 'a token of the conformance run'.replaceAll(' ', '-');
  const agents = { never: { agent: () => NEVER, description: 'Never ends.' } };
  const table: { readonly scenario: string; readonly how: string; readonly note: string }[] = [];
  for (const scenario of positionals.length > 0 ? positionals : scenarios) {
    await using server = await serveHttp({ token, agents });
    await using proxy = await conformanceProxy(server.port, token);
    const { code, said } = await run(['server', '--url', proxy.url, '--scenario', scenario]);
    const wanted = proxy.wanted(scenario);
    // One that passes without its fixture has proved nothing.
    const how = wanted !== undefined ? 'asks for fixtures' : code === 0 ? 'passed' : 'FAILED';
    table.push({ scenario, how, note: wanted ?? (code === 0 ? '' : why(said)) });
    if (how === 'FAILED') console.log(said);
  }

  const width = Math.max(...table.map(({ scenario }) => scenario.length));
  for (const { scenario, how, note } of table) console.log(`${scenario.padEnd(width)}  ${how.padEnd(17)}  ${note}`.trimEnd());
  const count = (kind: string): number => table.filter(({ how }) => how === kind).length;
  console.log(`\n${count('passed')} passed, ${count('asks for fixtures')} ask for fixtures of the suite's own, ${count('FAILED')} failed`);
  if (count('FAILED') > 0) process.exitCode = 1;
}

try {
  await main();
} finally {
  if (keep || given !== undefined) console.log(`The suite is in ${directory}; use it again with --in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
}
