import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { isAlive } from '../support/acp/pids.js';
import { builtCli } from '../support/cli/builtCli.js';
import { mcpHost, type Answer, type McpHost } from '../support/cli/mcpHost.js';
import { runCli } from '../support/cli/runCli.js';
import { until } from '../support/until.js';

const WORKER = new URL('../support/hosts/worker.mjs', import.meta.url).pathname;

const cli = builtCli();
let work: string;

/** Works until the file of its name is there, and notes its pid. */
const worker = (name: string, more: object = {}) => ({
  kind: 'command', description: 'Works.', command: process.execPath,
  args: [WORKER, join(work, `${name}.pids`), join(work, `${name}-may-end`)], ...more,
});
const mayEnd = (name: string) => writeFile(join(work, `${name}-may-end`), '');
const pidsOf = async (name: string) => (await readFile(join(work, `${name}.pids`), 'utf8').catch(() => '')).trim().split('\n')
  .filter((line) => line !== '').map(Number);

beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  await configure();
});

const configure = (more: object = { store: '.sidestream/tasks.db' }) => writeFile(join(work, 'config.json'), JSON.stringify({
  agents: { quick: worker('quick'), plain: worker('plain'), again: worker('again', { onRestart: 'restart' }) },
  session: { maxRunning: 3, overflow: 'queue' },
  ...more,
}));

const hosts: McpHost[] = [];
// Those that a failing spec has left.
afterEach(async () => { for (const host of hosts.splice(0)) await host.close(); });

async function serve(...args: readonly string[]): Promise<McpHost> {
  const host = await mcpHost(cli.script, ['mcp', '--config', 'config.json', ...args], work);
  hosts.push(host);
  return host;
}
const delegate = async (host: McpHost, agent: string): Promise<string> =>
  (await host.call('delegate_task_async', { goal: `be ${agent}`, agent })).task_id as string;
const endedIn = (answer: Answer): readonly (readonly [string, string])[] =>
  ((answer.ended ?? []) as Answer[]).map(({ task_id, code, status }) => [task_id as string, (code ?? status) as string]);

describe('sidestream mcp with a store', () => {
  it.each(['SIGKILL', 'SIGTERM', 'end'] as const)('should go on where a server ended by %s, and tell each end once', async (how) => {
    const first = await serve();
    const quick = await delegate(first, 'quick');
    const plain = await delegate(first, 'plain');
    const again = await delegate(first, 'again');
    const next = await delegate(first, 'plain');
    const queued = await delegate(first, 'again');
    expect(await first.call('list_tasks')).toMatchObject({ total: 5, running: 3 });
    // One ends while nobody asks, and what waited longest takes its place.
    await mayEnd('quick');
    await until(async () => JSON.stringify(first.logs).includes(quick) && (await pidsOf('plain')).length === 2);
    await until(async () => (await pidsOf('again')).length === 1);
    if (how === 'end') await first.close();
    else await first.kill(how);
    expect(first.stderr()).toBe('');
    await until(async () => !(await Promise.all([...await pidsOf('plain'), ...await pidsOf('again')].map(isAlive))).includes(true));

    const second = await serve();
    const told = await second.call('list_tasks');
    expect(endedIn(told)).toHaveLength(3);
    expect(Object.fromEntries(endedIn(told))).toEqual({ [quick]: 'completed', [plain]: 'interrupted', [next]: 'interrupted' });
    const interrupted = (told.ended as Answer[]).find(({ task_id }) => task_id === plain);
    expect(interrupted.error).toMatch(/what it did may have happened.* Start it again/);
    const checked = await second.call('check_task', { task_id: quick });
    expect(checked).toMatchObject({ status: 'completed', output_preview: expect.stringMatching(/the work is done$/) });
    expect(await second.call('check_task', { task_id: again })).toMatchObject({ status: 'running' });
    expect(await second.call('check_task', { task_id: queued })).toMatchObject({ status: 'running' });
    // The one that restarts was called again, and the one that had waited for the first time; nothing else was.
    await until(async () => (await pidsOf('again')).length === 3);
    expect(await pidsOf('plain')).toHaveLength(2);
    await mayEnd('again');
    for (const task_id of [again, queued]) {
      expect(await second.call('collect_task', { task_id })).toMatchObject({ status: 'completed', summary: 'the work is done' });
    }
    expect(endedIn(await second.call('list_tasks'))).toEqual([]);
    await second.close();

    const third = await serve();
    const listed = await third.call('list_tasks');
    expect(listed).toMatchObject({ total: 5, running: 0 });
    expect(endedIn(listed)).toEqual([]);
    for (const task_id of [quick, plain, again, next, queued]) {
      expect(await third.call('check_task', { task_id })).toMatchObject({ ok: true, task_id });
    }
    await third.close();
    expect([second.stderr(), third.stderr()]).toEqual(['', '']);
  });

  it('should wait for a server that is about to end, and else name who owns the file', async () => {
    const first = await serve();
    const task_id = await delegate(first, 'again');
    const refused = spawn(process.execPath, [cli.script, 'mcp', '--config', 'config.json'], { cwd: work, stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    refused.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    expect(await new Promise((resolve) => { refused.once('close', resolve); })).toBe(1);
    expect(said.trim().split('\n')).toHaveLength(1);
    const owned = new RegExp(`^sidestream: .*tasks\\.db is owned by \\S+ \\(process ${first.pid}\\) since 20.*\\. Wait for its end`);
    expect(said).toMatch(owned);

    const second = serve();
    await new Promise((resolve) => { setTimeout(resolve, 600); });
    const closing = first.close();
    expect(await (await second).call('check_task', { task_id })).toMatchObject({ status: 'running' });
    await closing;
    await (await second).close();
  });

  it('should keep its folder from git and from others, and leave any other folder to its user', async () => {
    const host = await serve();
    await host.close();
    expect(await readFile(join(work, '.sidestream/.gitignore'), 'utf8')).toBe('*\n');
    expect((await stat(join(work, '.sidestream'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(work, '.sidestream/tasks.db'))).mode & 0o777).toBe(0o600);
    const none = await runCli(cli.script, ['mcp', '--config', 'config.json', '--store', 'none/tasks.db'], work);
    expect(none).toEqual({ code: 1, stdout: '', stderr: `sidestream: There is no directory ${work}/none for the store. Create it.\n` });
  });

  it.each([
    ['by the flag', ['--store', ''], {}],
    ['by the config', [], { store: false }],
    ['by nobody', [], {}],
  ])('should keep nothing where it is turned off: %s', async (_, args, more) => {
    await configure(args.length > 0 ? undefined : more);
    const host = await serve(...args);
    await delegate(host, 'plain');
    await host.close();
    expect(await readdir(work)).not.toContain('.sidestream');
  });

  it.each([
    [5, 'store: expected the path of a file, or false, got 5'],
    [' ', 'store: expected a string that is not blank, got " "'],
    ['.', 'is a directory. Name a file for the store.'],
    ['config.json', 'config.json is no database. Nothing of it was changed; name another file, or move this one away.'],
  ])('should refuse the store %j in one sentence', async (store, sentence) => {
    await configure({ store });
    const { code, stdout, stderr } = await runCli(cli.script, ['mcp', '--config', 'config.json'], work);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('should refuse an agent that is to do what it cannot, where its server ended', async () => {
    await configure({ agents: { it: worker('it', { onRestart: 'again' }) } });
    const { code, stderr } = await runCli(cli.script, ['mcp', '--config', 'config.json'], work);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\n  1:\d+ agents\.it\.onRestart: expected one of interrupt, restart, resume, got "again"/);
  });

  it('should end, and what runs with it, where its file is another one', async () => {
    const host = await serve();
    await delegate(host, 'plain');
    await until(async () => (await pidsOf('plain')).length === 1);
    const file = join(work, '.sidestream/tasks.db');
    await rename(file, `${file}.old`);
    await writeFile(file, '');
    await host.call('delegate_task_async', { goal: 'x', agent: 'plain' }).catch(() => undefined);
    await until(async () => !await isAlive(host.pid) && !await isAlive((await pidsOf('plain'))[0]!));
    expect(host.stderr()).toContain('is another file now than the one that was opened');
    await host.close();
  });
});

describe('sidestream mcp --http with a store', () => {
  const TOKEN = 'a-token-of-32-characters-or-more';

  async function serveHttp() {
    const child = spawn(process.execPath, [cli.script, 'mcp', '--config', 'config.json', '--http', '0', '--token-env', 'THE_TOKEN'], {
      cwd: work, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], THE_TOKEN: TOKEN },
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
    const over = new Promise<number | null>((resolve) => { child.once('close', resolve); });
    await until(() => /http:\S+/.test(said) || child.exitCode !== null);
    const [url = ''] = /http:\S+/.exec(said) ?? [];
    const clients: Client[] = [];
    return {
      said: () => said,
      connect: async (key: string) => {
        const client = new Client({ name: 'spec', version: '1' });
        const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
        const transport = new StreamableHTTPClientTransport(new URL(`${url}${key}`), { requestInit });
        await client.connect(transport);
        clients.push(client);
        return {
          /** Ends the connection for good (DELETE). */
          leave: () => transport.terminateSession(),
          call: async (name: string, input: Record<string, unknown> = {}): Promise<Answer> =>
            (await client.callTool({ name, arguments: input }, CallToolResultSchema)).structuredContent,
        };
      },
      end: async (signal: NodeJS.Signals) => {
        child.kill(signal);
        const code = await over;
        await Promise.all(clients.map((client) => client.close()));
        return code;
      },
    };
  }

  it('should have a session for each key, which goes on without its connections and without its server', async () => {
    const first = await serveHttp();
    const one = await first.connect('');
    const quick = (await one.call('delegate_task_async', { goal: 'x', agent: 'quick' })).task_id as string;
    const again = (await one.call('delegate_task_async', { goal: 'x', agent: 'again' })).task_id as string;
    const other = await first.connect('?key=laptop');
    const own = (await other.call('delegate_task_async', { goal: 'x', agent: 'plain' })).task_id as string;
    // What is of another key is not there.
    expect(await other.call('list_tasks')).toMatchObject({ total: 1 });
    expect(await other.call('cancel_task', { task_id: again })).toMatchObject({ ok: false, code: 'task_not_found' });
    await until(async () => (await pidsOf('quick')).length === 1);
    await one.leave();
    await mayEnd('quick');
    // Who comes back under the key, with a connection of a new id, is told.
    const back = await first.connect('');
    let told: Answer = {};
    await until(async () => endedIn(told = await back.call('list_tasks')).length > 0);
    expect(endedIn(told)).toEqual([[quick, 'completed']]);
    expect(told).toMatchObject({ total: 2, running: 1 });
    expect(await first.end('SIGTERM')).toBe(0);
    expect((await readdir(join(work, '.sidestream'))).filter((name) => name.endsWith('.db'))).toEqual(['tasks.db', 'tasks.laptop.db']);

    const second = await serveHttp();
    const late = await second.connect('?key=laptop');
    expect(endedIn(await late.call('list_tasks'))).toEqual([[own, 'interrupted']]);
    const last = await second.connect('');
    const listed = await last.call('list_tasks');
    expect(endedIn(listed)).toEqual([]);
    expect(listed).toMatchObject({ total: 2, running: 1 });
    await expect(second.connect('?key=../x')).rejects.toThrow('at most 40 letters');
    expect(await second.end('SIGTERM')).toBe(0);
    expect(second.said().trim().split('\n')).toHaveLength(1);
  });
});

// What Node brings along from 22.13 on is there whatever is installed.
const bare = builtCli(['rxjs', 'zod', 'nanoid', '@modelcontextprotocol/sdk']);
const hasDriver = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule?.('node:sqlite') !== undefined;
(hasDriver ? describe.skip : describe)('sidestream mcp without a driver', () => {
  it('should say how one is had', async () => {
    const sentence = 'sidestream: There is no SQLite here. Use Node 22.13 or later, which brings it along, or run: npm install libsql\n';
    const args = ['--config', join(work, 'config.json')];
    expect(await runCli(bare.script, ['mcp', ...args], work)).toEqual({ code: 1, stdout: '', stderr: sentence });
    await writeFile(join(work, 'any.db'), '');
    expect(await runCli(bare.script, ['tasks', '--store', 'any.db'], work)).toEqual({ code: 1, stdout: '', stderr: sentence });
    const looked = await runCli(bare.script, ['doctor', ...args], work);
    expect(looked).toMatchObject({ code: 1, stdout: expect.stringContaining('There is no SQLite here') });
    expect((await runCli(bare.script, ['init', '--agents', 'none'], work)).stdout).toContain('Still needed: npm i libsql\n');
  });
});
