import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive } from '../support/acp/pids.js';
import { answerIn } from '../support/hosts/answerIn.js';
import { claudeCode, geminiCli, opencode, type RealHost } from '../support/hosts/realHosts.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';
import type { Script, ToolCall } from '../support/modelServer/script.js';
import { tellings } from '../support/parents/tellings.js';
import { until } from '../support/until.js';

const installed = process.env['SIDESTREAM_HOSTS'] ?? '';
const WORKER = new URL('../support/hosts/worker.mjs', import.meta.url).pathname;

/** Longer than any host waits for a call that says nothing. */
const SECONDS = 70;

const TOOLS = [
  'delegate_task_async', 'check_task', 'collect_task', 'wait_for_tasks', 'steer_task', 'cancel_task', 'list_tasks', 'delegate_task',
];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools, as they were shown to the model
type Answer = any;

/** What the model does next, by the answers that it was shown so far; nothing more is the end. */
const STEPS: readonly ((told: readonly Answer[]) => ToolCall)[] = [
  () => ({ name: 'delegate_task_async', input: { goal: 'count' } }),
  ([one]) => ({ name: 'check_task', input: { task_id: one.task_id } }),
  ([one]) => ({ name: 'steer_task', input: { task_id: one.task_id, message: 'turn left' } }),
  () => ({ name: 'delegate_task_async', input: { goal: 'spare' } }),
  () => ({ name: 'wait_for_tasks', input: { timeout: 1 } }),
  (told) => ({ name: 'cancel_task', input: { task_id: told[3].task_id, reason: 'enough' } }),
  () => ({ name: 'check_task', input: { task_id: 'worker-000000' } }),
  () => ({ name: 'list_tasks', input: {} }),
  ([one]) => ({ name: 'collect_task', input: { task_id: one.task_id, timeout: 300 } }),
  ([one]) => ({ name: 'collect_task', input: { task_id: one.task_id, timeout: 300 } }),
  () => ({ name: 'delegate_task_async', input: { goal: 'left behind' } }),
  () => ({ name: 'wait_for_tasks', input: { timeout: 1 } }),
];

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-host-')));
  for (const name of ['work', 'home']) await mkdir(join(root, name));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

describe.each([opencode, geminiCli, claudeCode])('$name', (host: RealHost) => {
  it('should be the version that this was seen with', async () => {
    const manifest = await readFile(join(installed, 'node_modules', host.package, 'package.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ version: host.seen });
  });

  it('should list the tools, start, check, steer, cancel, and collect a child of 70 seconds', async () => {
    const pids = join(root, 'pids');
    const config = join(root, 'sidestream.config.json');
    await writeFile(config, JSON.stringify({ agents: { worker: {
      kind: 'command', description: 'Works for long.', command: process.execPath, args: [WORKER, pids, String(SECONDS)], steering: 'lines',
    } } }));

    const answers: Answer[] = [];
    const listed = new Set<string>();
    const script: Script = (request) => {
      const named = (name: string) => request.tools.find((tool) => tool.endsWith(name) && /sidestream/.test(tool));
      for (const name of TOOLS) if (named(name) !== undefined) listed.add(name);
      const told = tellings(request).filter(({ name }) => name.includes('sidestream')).map(({ text }) => answerIn(text));
      // Claude Code lists what a server has by name only, until the model asks for more.
      const searches = request.tools.includes('ToolSearch') && request.messages.every(({ role }) => role !== 'tool');
      if (named('check_task') === undefined && searches) {
        const query = `select:${TOOLS.map((name) => `mcp__sidestream__${name}`).join(',')}`;
        return { call: [{ name: 'ToolSearch', input: { query, max_results: TOOLS.length } }] };
      }
      if (named('check_task') === undefined) return { say: 'a title' };
      answers.splice(0, Infinity, ...told);
      const call = STEPS[told.length]?.(told);
      return call === undefined ? { say: 'all done' } : { call: [{ name: named(call.name)!, input: call.input }] };
    };
    await using model = await createModelServer({ script });
    const server = { command: join(installed, 'node_modules/.bin/sidestream'), args: ['mcp', '--config', config] };
    const { file, args, env } = await host.setUp(installed, join(root, 'home'), model, server);
    const { PATH = '' } = process.env;
    const child = spawn(file, args, {
      cwd: join(root, 'work'), env: { PATH, LANG: 'C.UTF-8', HOME: join(root, 'home'), ...env }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
    const code = await new Promise((resolve) => { child.once('error', resolve).once('exit', resolve); });

    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('all done') });
    expect([...listed].sort()).toEqual([...TOOLS].sort());
    const [started, checked, steered, spare, , cancelled, unknown, list, shortened, collected, left] = answers;
    expect(started).toMatchObject({ ok: true, status: 'running', agent: 'worker' });
    expect(checked).toMatchObject({ ok: true, status: 'running', task_id: started.task_id });
    expect(steered).toMatchObject({ ok: true, task_id: started.task_id });
    expect(cancelled).toMatchObject({ ok: true, cancelled: true, stopped: true, ended_ids: [spare.task_id] });
    expect(unknown).toMatchObject({ ok: false, code: 'task_not_found' });
    expect(list).toMatchObject({ ok: true, total: 2, running: 1 });
    expect(shortened).toMatchObject({ ok: true, status: 'running', timed_out: true, timeout: 45 });
    expect(shortened.message).toContain('A call waits at most 45 seconds here');
    expect(collected).toMatchObject({ ok: true, status: 'completed', summary: 'the work is done' });
    expect(collected.output).toBe('heard count\nheard turn left\nthe work is done');
    expect(collected.elapsed).toBeGreaterThanOrEqual(SECONDS);
    expect(left).toMatchObject({ ok: true, status: 'running' });

    // The host is gone, and what it had started is gone with it.
    const children = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
    expect(children).toHaveLength(3);
    await until(async () => !(await Promise.all(children.map(isAlive))).includes(true));
  }, 240_000);
});
