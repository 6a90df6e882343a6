import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ignoreElements, merge, NEVER } from 'rxjs';
import { openSession, type DurableSession } from '../../src/core/openSession.js';
import { collect, fromAsync, line, type AgentContext, type AgentFunction, type Brief } from '../../src/index.js';
import { sqlite } from '../../src/stores/sqlite/index.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli, type Ended } from '../support/cli/runCli.js';
import { until } from '../support/until.js';

const cli = builtCli();
const WILD = '\u001b[2J\u001b]0;title\u0007wild\u202e\u0000';
let work: string;
let session: DurableSession | undefined;

const agents = {
  teller: ({ goal }: Brief) => [line('one'), line(`${WILD} two`), `it is ${goal}`],
  saver: { agent: fromAsync(async (_, { save }) => { save({ step: 3 }); await new Promise(() => undefined); }), onRestart: 'resume' },
  never: () => NEVER,
  asker: (_brief: Brief, _steering: unknown, { ask }: AgentContext) => merge(
    ask({ text: 'Which branch?' }), ask({ text: 'Push it?', kind: 'confirm' }), ask({ text: `What ${WILD} now?` }),
  ).pipe(ignoreElements()),
  thrower: () => { throw new Error(`no ${WILD}`); },
} as const satisfies Record<string, AgentFunction | object>;

const open = async (): Promise<DurableSession> =>
  session = await openSession({ store: sqlite(join(work, '.sidestream/tasks.db')), agents, maxRunning: 2, overflow: 'queue' });

beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  await mkdir(join(work, '.sidestream'));
});
afterEach(async () => {
  await session?.close();
  session = undefined;
});

const tasks = (...args: readonly string[]): Promise<Ended> => runCli(cli.script, ['tasks', ...args], work);

/** A session with a task of each sort. */
async function fill() {
  const { delegate } = await open();
  const told = delegate(agents.teller, { goal: `the ${WILD} goal`, context: 'for the spec' }, { name: 'teller' });
  await collect(told);
  const failed = delegate(agents.thrower, { goal: 'throw' }, { name: 'thrower' });
  const running = delegate(agents.saver.agent, { goal: 'save' }, { name: 'saver' });
  const never = delegate(agents.never, { goal: 'never\nend' }, { name: 'never' });
  never.steer('hurry');
  const queued = delegate(agents.teller, { goal: 'wait' }, { name: 'teller' });
  await session!.kept();
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  return { told, failed, running, never, queued };
}

/** Nothing in it moves a cursor, hides, or turns text around. */
const isTame = (text: string): boolean => !/[^\P{C}\n]/u.test(text);

describe('sidestream tasks', () => {
  it('should list them while somebody owns the store, and say who', async () => {
    const { told, failed, running, never, queued } = await fill();
    const { code, stdout, stderr } = await tasks();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, blank, ...rows] = stdout.trim().split('\n');
    expect(head).toMatch(new RegExp(
      `/\\.sidestream/tasks\\.db: 5 tasks, owned by \\S+ \\(process ${process.pid}\\).* since 20\\d\\d-.*Z$`,
    ));
    expect(blank).toBe('');
    expect(rows.map((row) => row.split(/ {2,}/).filter((_, n) => n !== 3 && n !== 4))).toEqual([
      ['ID', 'AGENT', 'STATUS', 'GOAL'],
      [queued.id, 'teller', 'queued', 'wait'],
      [never.id, 'never', 'running', 'never end'],
      [running.id, 'saver', 'running', 'save'],
      [failed.id, 'thrower', 'failed, unheard', 'throw'],
      [told.id, 'teller', 'completed', 'the wild goal'],
    ]);
    expect(isTame(stdout)).toBe(true);
    expect((await tasks('list', '--unheard')).stdout).toContain(failed.id);
    expect((await tasks('list', '--unheard')).stdout).not.toContain(told.id);
    const two = (await tasks('list', '--limit', '2')).stdout;
    expect(two.trim().split('\n').slice(-2)).toEqual([expect.stringContaining(never.id), 'and 3 older: --limit 5']);
    const json = JSON.parse((await tasks('--json', '--limit', '1')).stdout) as object;
    expect(json).toMatchObject({ total: 5, owner: { isAlive: true }, tasks: [{ id: queued.id, status: 'queued', goal: 'wait' }] });
  });

  it('should show one: what was asked and said, how often it was tried, and what it came to', async () => {
    const { told, failed, running, never } = await fill();
    expect((await tasks('show', running.id)).stdout).toMatch(/^checkpoint +10 characters of JSON/m);
    expect((await tasks('show', never.id)).stdout).toMatch(/^message \S+ +queued: hurry$/m);
    expect((await tasks('show', failed.id)).stdout).toMatch(/^error +no wild \(agent_error\)$/m);
    const shown = (await tasks('show', told.id)).stdout;
    expect(shown).toMatch(/^status +completed$/m);
    expect(shown).toMatch(/^goal +the wild goal$/m);
    expect(shown).toMatch(/^result +it is the wild goal$/m);
    expect(shown).toContain('"context": "for the spec"');
    expect((await tasks('lines', told.id)).stdout).toBe('one\nwild two\nit is the wild goal\n');

    const all = await tasks('export', told.id);
    expect(isTame(all.stdout)).toBe(true);
    const exported = JSON.parse(all.stdout) as { readonly log: { readonly lines: readonly (readonly [string, number])[] } };
    expect(exported).toMatchObject({ id: told.id, brief: { goal: `the ${WILD} goal` }, ended: { heard: true } });
    expect(exported.log.lines.map(([text]) => text)[1]).toContain(' two');
    expect(JSON.parse((await tasks('lines', told.id, '--json')).stdout)).toEqual(exported.log.lines);

    // In the next life the one that goes on has been tried twice.
    await session!.close();
    await open();
    await session!.kept();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect((await tasks('show', running.id)).stdout).toMatch(/^attempts +2$/m);
    expect((await tasks('show', never.id)).stdout).toMatch(/^error +The session was closed while the task ran/m);
  });

  it('should show what a task has asked, how that was settled, and what is open', async () => {
    const { delegate } = await open();
    const task = delegate(agents.asker, { goal: 'ask' }, { name: 'asker' });
    await until(() => task.questions.length === 3);
    const [branch, push, now] = task.questions;
    expect(branch!.answer(`${WILD} main`).error).toBeUndefined();
    expect(push!.decline().error).toBeUndefined();
    await session!.kept();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    const { stdout } = await tasks('show', task.id);
    expect(stdout).toMatch(new RegExp(`^question ${branch!.id} +Which branch\\? \\(answered: wild main\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^question ${push!.id} +Push it\\? \\(declined\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^question ${now!.id} +What wild now\\? \\(open\\)$`, 'm'));
    expect(isTame(stdout)).toBe(true);
  });

  it('should change nothing, and read what may only be read', async () => {
    const { told, running } = await fill();
    await session!.close();
    const folder = join(work, '.sidestream');
    // What SQLite shares among its processes says who reads, and nothing else.
    const names = async () => (await readdir(folder)).filter((name) => !name.endsWith('-shm')).sort();
    const look = async () => Promise.all((await names()).map(async (name) => {
      const path = join(folder, name);
      return [name, await readFile(path, 'latin1')] as const;
    }));
    const before = await look();
    const { stdout } = await tasks();
    expect(stdout).toContain("5 tasks, nobody's\nWhat is queued or running here goes on, or is interrupted, when the store is opened");
    await tasks('show', told.id);
    expect(await look()).toEqual(before);

    // As somebody who may write nothing.
    for (const path of [cli.path(), work, folder]) await chmod(path, 0o555);
    for (const name of await readdir(folder)) await chmod(join(folder, name), 0o444);
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const child = spawn(process.execPath, [cli.script, 'tasks'], { cwd: work, stdio: ['ignore', 'pipe', 'inherit'], ...user });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    expect(await new Promise((resolve) => { child.once('close', resolve); })).toBe(0);
    expect(said).toContain(running.id);
    for (const path of [cli.path(), work, folder]) await chmod(path, 0o755);
    expect(await look()).toEqual(before);
  });

  it('should look where the config says', async () => {
    await fill();
    const config = join(work, 'sidestream.config.json');
    const from = async (text: object, ...args: readonly string[]) => {
      await writeFile(config, JSON.stringify(text));
      return runCli(cli.script, ['tasks', ...args], work);
    };
    // What else is wrong with it does not matter to whoever only looks, nor whether it is trusted.
    expect((await from({ agents: 5 })).stdout).toContain('5 tasks');
    expect((await from({ store: 'none.db' })).stderr).toBe(`sidestream: There is no ${work}/none.db: no task was kept there yet. `
      + 'sidestream mcp --store FILE makes one; name another by --store.\n');
    expect((await from({ store: false })).stderr)
      .toBe(`sidestream: ${config} keeps no tasks ("store": false). Name a file by --store FILE.\n`);
    expect((await from({ store: false }, '--store', '.sidestream/tasks.db')).stdout).toContain('5 tasks');
  });

  it.each([
    [['list', '--store', 'none.db'], 'none.db: no task was kept there yet.'],
    [['list', '--store', ''], 'Expected --store to be the path of a file, got nothing.'],
    [['list', '--store', 'text.db'], 'text.db is no database. Nothing of it was changed'],
    [['list', '--store', '.'], 'is a directory'],
    [['list', '--limit', '0'], 'Expected --limit to be a whole number from 1, got 0.'],
    [['list', 'now'], 'Expected nothing after tasks list, got now.'],
    [['shwo', 'x'], 'Expected list, show, lines, export after tasks, got shwo (did you mean show?).'],
    [['show'], 'Expected the id of a task after tasks show. Those that are there: sidestream tasks list'],
    [['lines', 'x', 'y'], 'Expected nothing after tasks lines ID, got y.'],
    [['export', 'teller-nope'], 'There is no task teller-nope in '],
  ])('should refuse %j in one sentence', async (args, sentence) => {
    await open();
    await writeFile(join(work, 'text.db'), 'x'.repeat(200));
    const { code, stdout, stderr } = await tasks(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('should refuse a format of a later version', async () => {
    await (await open()).close();
    const file = join(work, '.sidestream/tasks.db');
    const bytes = await readFile(file);
    bytes.writeUInt32BE(99, 60);
    await writeFile(file, bytes);
    const { code, stderr } = await tasks();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sidestream: .*tasks\.db was written by a later version of sidestream .*install the latest version\.\n$/);
  });

  it('should show in which scope a task is, and take none for a task', async () => {
    const { scope } = await open();
    const inner = scope({ name: 'chat/1' }).scope({ name: 'fan out' });
    const { id } = inner.delegate(agents.teller, { goal: 'tell' }, { name: 'teller', key: 'the key', meta: { trace: 'abc' } });
    await session!.kept();
    const { stdout } = await tasks('show', id);
    expect(stdout).toMatch(/^scope +chat\/1\/fan out in chat\/1$/m);
    expect(stdout).toMatch(/^key +the key$/m);
    expect(stdout).not.toContain('below');
    const shown = JSON.parse((await tasks('show', id, '--json')).stdout) as object;
    expect(shown).toMatchObject({ parentIds: [], scopes: ['chat/1/fan out', 'chat/1'] });
    expect(JSON.parse((await tasks('list', '--json')).stdout)).toMatchObject({ tasks: [{ id, parentIds: [] }] });
  });
});
