/**
 * A parent whose child tries everything, one attempt a task, in bubblewrap or without a sandbox; prints a line of JSON for each.
 *
 * node host.mjs <directory of its own> <attempts.py> <sandbox | without>
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { collect, createSession } from 'sidestream';
import { command } from 'sidestream/command';
import { bubblewrap } from 'sidestream/sandbox';
import { isAlive } from '../processes/isAlive.js';
import { pidsWith } from '../processes/pidsWith.js';

const [root = '', script = '', how = ''] = process.argv.slice(2);
const { SIDESTREAM_SECRET: mark = '', SIDESTREAM_NAME: name = '', SIDESTREAM_KEY: key = '' } = process.env;
const python = '/usr/bin/python3';
const at = (path: string): string => join(root, path);

for (const each of ['cwd', 'readable', 'writable', 'secret', 'home/.ssh']) mkdirSync(at(each), { recursive: true });
for (const each of ['cwd/file', 'readable/file', 'writable/file']) writeFileSync(at(each), 'as it was\n');
for (const each of ['secret/file', 'home/.ssh/id']) writeFileSync(at(each), mark);
symlinkSync(at('secret/file'), at('writable/link'));
const elsewhere = mkdtempSync(join(tmpdir(), 'sidestream-others-'));
writeFileSync(join(elsewhere, 'file'), mark);
writeFileSync(at('cwd/attempts.py'), readFileSync(script));

/** Servers that must hear of nobody. */
const heard: string[] = [];
async function listen(where: object): Promise<number> {
  const server = createServer((socket) => {
    heard.push(JSON.stringify(where));
    socket.destroy();
  }).listen(where).unref();
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
const port = await listen({ host: '127.0.0.1', port: 0 });
const port6 = await listen({ host: '::1', port: 0 }).catch(() => 0);
await listen({ path: at('secret/socket') });
await listen({ path: `\0${name}` });
const victim = spawn('sleep', ['600'], { stdio: 'ignore' });
const targets = JSON.stringify({
  mark, name, key: Number(key), cwd: at('cwd'), readable: at('readable'), writable: at('writable'), secret: at('secret/file'),
  socket: at('secret/socket'), abstract: name, tmp: join(elsewhere, 'file'), port, port6,
  pid: process.pid, parent: process.ppid, victim: victim.pid,
  addresses: Object.values(networkInterfaces()).flatMap((each) => each ?? []).filter((each) => !each.internal).map((each) => each.address),
});
const settings = ['kernel/core_pattern', 'kernel/sysrq', 'vm/overcommit_memory'].map((each) => `/proc/sys/${each}`).filter(existsSync);
const state = (): string => JSON.stringify([
  hostname(), readdirSync(root), readdirSync(at('readable')), ...settings.map((each) => readFileSync(each, 'latin1')),
  ...['cwd/file', 'readable/file', 'secret/file'].map((each) => [readFileSync(at(each), 'latin1'), lstatSync(at(each)).mode]),
]);
const before = state();

const left = (): readonly number[] => pidsWith(`SIDESTREAM_LEFT=${mark}`);

/** What an attempt has done, seen from outside. */
function traces(): string | undefined {
  if (heard.length > 0) return `connected to ${heard.splice(0).join()}`;
  if (state() !== before) return `changed what it may not: ${state()} was ${before}`;
  if (!isAlive(victim.pid!)) return 'ended another process';
  if (left().length > 0) return `left a process: ${left().join()}`;
  const odd = readdirSync(at('writable'), { recursive: true, encoding: 'utf8' }).find((each) => {
    const it = lstatSync(at(`writable/${each}`));
    return (it.mode & 0o6000) !== 0 || it.isBlockDevice() || it.isCharacterDevice();
  });
  if (odd === undefined) return undefined;
  rmSync(at(`writable/${odd}`));
  return `left ${odd}`;
}

interface Listed { readonly name: string; readonly control: boolean }
const list = JSON.parse(execFileSync(python, [script, 'list'], { encoding: 'utf8' })) as readonly Listed[];
await using session = createSession({ maxRunning: Infinity });
const isConfined = how === 'sandbox';
const tries = list.filter(({ control }) => isConfined || control).map((each) => each.name);

async function attempt(what: string): Promise<object> {
  const agent = command(python, ['attempts.py', 'try', what, targets], {
    cwd: at('cwd'), input: () => '', stderr: 'print', result: 'stdout', env: { HOME: at('home') }, successCodes: [0, 1, 120, 143],
    ...isConfined ? { sandbox: bubblewrap({ readable: [at('readable')], writable: [at('writable')] }) } : {},
  });
  const task = session.delegate(agent, { goal: what });
  const said = await collect(task, { timeout: 60_000 }).catch((error: unknown) => `failed: ${String(error)}`);
  await firstValueFrom(task.stopped);
  // The kernel ends what is in the sandbox with its first process, but not within the same instant.
  for (let waited = 0; waited < 1_000 && left().length > 0; waited += 10) await sleep(10);
  const trace = isConfined ? traces() : undefined;
  const isClear = /^(did|refused): /m.test(said) || trace !== undefined;
  return { name: what, succeeded: /^did: /m.test(said) || trace !== undefined, isClear, said: trace ?? said.trim() };
}

try {
  // One after the other, so that each trace has its cause.
  for (const what of tries) process.stdout.write(`${JSON.stringify(await attempt(what))}\n`);
} finally {
  rmSync(elsewhere, { recursive: true });
  victim.kill('SIGKILL');
  for (const pid of left()) process.kill(pid, 'SIGKILL');
}
process.exit();
