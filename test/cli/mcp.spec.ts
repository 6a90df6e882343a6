import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { isAlive } from '../support/acp/pids.js';
import { builtCli } from '../support/cli/builtCli.js';
import { until } from '../support/until.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools
type Answer = any;

const WORKER = new URL('../support/hosts/worker.mjs', import.meta.url).pathname;
const TREE = new URL('../support/processes/tree.mjs', import.meta.url).pathname;

const MCP = ['mcp', '--config', 'sidestream.config.json'];

const cli = builtCli();
let work: string;

/** Works until it may end, listens, and notes its pid; and a tree of three that will not go by itself. */
beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  await writeFile(join(work, 'sidestream.config.json'), JSON.stringify({
    agents: {
      worker: {
        kind: 'command', description: 'Works.', command: process.execPath, args: [WORKER, join(work, 'pids'), join(work, 'may-end')],
        steering: 'lines',
      },
      long: { kind: 'command', description: 'Works on.', command: process.execPath, args: [WORKER, join(work, 'pids'), '60'] },
      tree: { kind: 'command', description: 'Grows.', command: process.execPath, args: [TREE, '3', 'stubborn'], grace: 200 },
    },
    maxWait: 400,
    session: { maxRunning: 3 },
  }));
});

interface Host {
  readonly client: Client;
  readonly transport: StdioClientTransport;
  readonly answers: Answer[];
  readonly logs: unknown[];
  readonly errors: Error[];
  stderr(): string;
  call(name: string, input?: Record<string, unknown>, options?: Parameters<Client['callTool']>[2]): Promise<Answer>;
}

async function host(): Promise<Host> {
  const client = new Client({ name: 'spec', version: '1' });
  const answers: Answer[] = [];
  const logs: unknown[] = [];
  const errors: Error[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => { logs.push(params.data); });
  client.onerror = (error) => { errors.push(error); };
  const transport = new StdioClientTransport({ command: process.execPath, args: [cli.script, ...MCP], cwd: work, stderr: 'pipe' });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  await client.connect(transport);
  return {
    client, transport, answers, logs, errors,
    stderr: () => stderr,
    call: async (name, input = {}, options) => {
      const { structuredContent } = await client.callTool({ name, arguments: input }, CallToolResultSchema, options);
      answers.push(structuredContent);
      return structuredContent;
    },
  };
}

/** The pids of a tree of three that a host has started. */
async function grow(call: Host['call']): Promise<{ readonly task_id: string; readonly pids: readonly number[] }> {
  const { task_id } = await call('delegate_task_async', { goal: 'grow', agent: 'tree' });
  for (;;) {
    const { output_preview: output } = await call('check_task', { task_id });
    const pids = [...(output as string).matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    if (pids.length === 3) return { task_id, pids };
  }
}

const allGone = (pids: readonly number[]) => until(async () => !(await Promise.all(pids.map(isAlive))).includes(true));

describe('sidestream mcp, over stdio', () => {
  it('should do the example workflow with the official client', async () => {
    const { client, call, answers, logs, errors, stderr } = await host();
    expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual([
      'answer_task', 'cancel_task', 'check_task', 'collect_task', 'delegate_task', 'delegate_task_async', 'list_tasks', 'steer_task',
      'wait_for_tasks',
    ]);
    const ids: string[] = [];
    for (const goal of ['one', 'two', 'three']) ids.push((await call('delegate_task_async', { goal, agent: 'worker' })).task_id);
    const fourth = await call('delegate_task_async', { goal: 'four', agent: 'worker' });
    expect(fourth).toMatchObject({ ok: false, code: 'limit_reached', limit: 3 });
    expect(await call('check_task', { task_id: ids[0] })).toMatchObject({ ok: true, status: 'running' });
    expect(await call('steer_task', { task_id: ids[0], message: 'only this year' })).toMatchObject({ ok: true });
    expect(await call('cancel_task', { task_id: ids[2] })).toMatchObject({ cancelled: true, stopped: true });
    expect(await call('list_tasks')).toMatchObject({ total: 3, running: 2, limit: 3 });

    const progress: unknown[] = [];
    let collected = await call('collect_task', { task_id: ids[0], timeout: 300 }, { onprogress: (one) => { progress.push(one); } });
    expect(collected).toMatchObject({ status: 'running', timed_out: true, message: expect.stringContaining('at most 0.4 seconds') });
    await writeFile(join(work, 'may-end'), '');
    while (collected.timed_out === true) collected = await call('collect_task', { task_id: ids[0] });
    expect(collected).toMatchObject({ status: 'completed', summary: 'the work is done' });
    expect(collected.output).toContain('heard only this year');

    // A further one ends while nobody calls: shown as a log message, told once.
    await rm(join(work, 'may-end'));
    const { task_id } = await call('delegate_task_async', { goal: 'five', agent: 'worker' });
    await writeFile(join(work, 'may-end'), '');
    await until(() => JSON.stringify(logs).includes(task_id));
    await call('list_tasks');
    await call('list_tasks');
    const told = answers.flatMap(({ ended = [] }) => (ended as Answer[]).map((one) => one.task_id as string));
    expect([ids[1], task_id].map((id) => told.filter((one) => one === id))).toEqual([[ids[1]], [task_id]]);
    await client.close();
    // Nothing was said on stdout but the protocol, and nothing to complain of.
    expect({ errors, stderr: stderr() }).toEqual({ errors: [], stderr: '' });
  });

  it.each(['end', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'])('should leave nothing behind at %s', async (how) => {
    const { client, transport, call } = await host();
    const { pids } = await grow(call);
    const pid = transport.pid!;
    if (how === 'end') await client.close();
    else process.kill(pid, how);
    await allGone([...pids, pid]);
    await client.close();
  });

  it('should leave nothing behind when the host dies', async () => {
    // A host of its own, which starts the server and is killed: its end of our stdin closes.
    const script = `
      const { spawn } = require('node:child_process');
      const args = ${JSON.stringify([cli.script, ...MCP])};
      const server = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      const say = (message) => server.stdin.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
      server.stdout.setEncoding('utf8').on('data', (text) => process.stdout.write(text));
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
      say({ id: 1, method: 'initialize', params });
      say({ method: 'notifications/initialized' });
      say({ id: 2, method: 'tools/call', params: { name: 'delegate_task_async', arguments: { goal: 'x', agent: 'long' } } });
      setInterval(() => undefined, 1000);
    `;
    const dying = spawn(process.execPath, ['-e', script], { cwd: work, stdio: ['ignore', 'pipe', 'inherit'] });
    const noted = async () => (await readFile(join(work, 'pids'), 'utf8').catch(() => '')).trim();
    await until(async () => await noted() !== '');
    const pid = Number(await noted());
    expect(await isAlive(pid)).toBe(true);
    dying.kill('SIGKILL');
    await allGone([pid, dying.pid!]);
  });

  it('should end with success when its input ends, also where it never began', async () => {
    const child = spawn(process.execPath, [cli.script, ...MCP], { cwd: work, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end('this is no JSON\n');
    expect(await ended(child)).toEqual({ code: 0, stdout: '', stderr: expect.stringContaining('sidestream: ') });
  });
});

describe('sidestream mcp --http', () => {
  it('should serve who bears the token, and end cleanly when it is told to', async () => {
    const token = 'a-token-of-32-characters-or-more';
    const child = spawn(process.execPath, [cli.script, ...MCP, '--http', '0', '--token-env', 'THE_TOKEN'], {
      cwd: work, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], THE_TOKEN: token },
    });
    const over = ended(child);
    const url = await new Promise<string>((resolve) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [found] = /http:\S+/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    const client = new Client({ name: 'spec', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { authorization: `Bearer ${token}` } } });
    await client.connect(transport);
    const call: Host['call'] = async (name, input = {}) =>
      (await client.callTool({ name, arguments: input }, CallToolResultSchema)).structuredContent;
    const { pids } = await grow(call);
    child.kill('SIGTERM');
    expect(await over).toMatchObject({ code: 0, stdout: '' });
    await allGone(pids);
    await client.close();
  });

  it('should refuse a token that can be guessed', async () => {
    const child = spawn(process.execPath, [cli.script, ...MCP, '--http', '0', '--token-env', 'THE_TOKEN'], {
      cwd: work, env: { PATH: process.env['PATH'], THE_TOKEN: 'guess' },
    });
    expect(await ended(child)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('at least 16') });
  });
});

async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name]?.on('data', (chunk: Buffer) => { said[name] += chunk.toString(); });
  return new Promise((resolve) => { child.once('close', (code) => { resolve({ code, ...said }); }); });
}
