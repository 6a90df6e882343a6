import { createServer, type AddressInfo } from 'node:net';
import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openSession } from '../../src/core/openSession.js';
import { sqlite } from '../../src/stores/sqlite/index.js';
import { ACTOR } from '../support/acp/actor.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';

const cli = builtCli();
let work: string;
beforeEach(async () => { work = await mkdtemp(cli.path('work-')); });

async function doctor(agents: Readonly<Record<string, unknown>>, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}, more = {}) {
  const config = join(work, 'config.json');
  await writeFile(config, JSON.stringify({ agents, ...more }));
  return runCli(cli.script, ['doctor', '--config', config, ...args], work, env);
}

const acp = (play: object, more: object = {}) => ({ kind: 'acp', command: process.execPath, args: [ACTOR, JSON.stringify(play)], ...more });
const well = acp({ turns: [[{ say: 'ok' }]] });
const cat = { kind: 'command', command: 'cat', description: 'x' };

describe('sidestream doctor', () => {
  it('should start what is well, each once, and run a program only as its config says', async () => {
    await using server = await createModelServer({ script: () => ({ say: 'ok' }) });
    const thinker = { kind: 'model', provider: 'openai-compatible', baseURL: server.url, model: 'x', description: 'x' };
    const touch = { kind: 'command', command: 'touch', args: ['ran'], description: 'x' };
    const agents = { coder: well, thinker, touch, checked: { ...cat, check: ['--version'] } };
    const { code, stdout, stderr } = await doctor(agents);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').map((line) => line.replace(/ in [\d.]+ s$/, '')).sort()).toEqual([
      'ok    checked (command): ran',
      'ok    coder (acp): started, and answered',
      'ok    thinker (model): answered',
      'ok    touch (command): touch is there (not run: `check` would have its arguments)',
    ]);
    expect(server.visits).toHaveLength(1);
    await expect(stat(join(work, 'ran'))).rejects.toThrow('ENOENT');

    const asked = await doctor(agents, ['--json', 'touch', 'coder']);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      ok: true,
      findings: [{ name: 'touch', kind: 'command', ok: true }, { name: 'coder', kind: 'acp', ok: true, elapsed: expect.any(Number) }],
    });
  });

  it('should look at the store: whether it can be written, and who owns it', async () => {
    const look = (store: unknown, ...args: readonly string[]) => doctor({ it: cat }, args, {}, { store });
    expect((await look('.sidestream/tasks.db')).stdout).toContain(`ok    ${work}/.sidestream/tasks.db (store): it can be made`);
    await expect(stat(join(work, '.sidestream'))).rejects.toThrow('ENOENT');
    expect(await look('none/tasks.db')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`WRONG ${work}/none/tasks.db (store): ${work}/none cannot be written: its directory is not there.`),
    });
    expect((await look('none/tasks.db', '--store', '')).stdout).not.toContain('(store)');
    expect((await look('config.json')).stdout).toContain('config.json is no database.');

    const file = join(work, 'tasks.db');
    const session = await openSession({ store: sqlite(file), agents: {} });
    const owned = new RegExp(`^ok    .* \\(store\\): 0 tasks, owned by \\S+ \\(process ${process.pid}\\)`, 'm');
    expect((await look('tasks.db')).stdout).toMatch(owned);
    await session.close();
    expect((await look('tasks.db')).stdout).toContain("(store): 0 tasks, nobody's\n");
  });

  it.each([
    ['a missing program', { ...cat, command: 'no-such-program' }, 'there is no such program on the PATH it is given'],
    ['a missing agent', { kind: 'acp', preset: 'opencode' }, 'Install it with: npm install -g opencode-ai'],
    ['a missing working directory', { ...cat, cwd: 'none' }, 'none is not there. Make it, or set `cwd` to one that is.'],
    ['a missing working directory of an agent', { ...well, cwd: 'none' }, 'none is not there. Make it, or set `cwd` to one that is.'],
    ['a missing sandbox', { ...cat, sandbox: { kind: 'bubblewrap', program: '/none/bwrap' } }, 'apt-get install bubblewrap'],
    ['a missing key', {
      kind: 'model', provider: 'openai-compatible', baseURL: 'http://127.0.0.1:9', model: 'x', description: 'x', apiKeyEnv: 'NOT_SET',
    }, 'expected the variable NOT_SET to be set'],
    ['a missing key of an agent', { ...well, env: { NOT_SET: true } }, 'agents.it.env: expected NOT_SET to be set'],
    ['a server that is not there', {
      kind: 'model', provider: 'openai-compatible', baseURL: 'http://127.0.0.1:9', model: 'x', description: 'x', maxRetries: 0,
    }, 'could not be reached'],
    ['a missing login', acp({ turns: [[{ fail: { code: -32_000, message: 'Authentication required' } }]] }), 'Authentication required'],
    ['silence', acp({ turns: [[{ say: 'thinking\n' }, { forever: true }]] }),
      'It did not answer within 4 s; it said last: thinking. Some agents go on'],
    ['what is no agent', { kind: 'acp', command: 'sleep', args: ['100'], handshakeTimeout: 300 }, 'did not answer initialize within 0.3 s'],
    ['a wrong option', { ...cat, grace: 'long' }, 'agents.it.grace: expected a number, got "long"'],
    ['what a program says', { ...cat, check: ['--no-such-option'] }, 'exited with code 1'],
  ])('should say of %s in one line what is wrong, and look at the others', async (_, it_, sentence) => {
    const { code, stdout, stderr } = await doctor({ it: it_, cat }, ['--timeout', '4']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const lines = stdout.trim().split('\n').sort();
    expect(lines).toEqual([expect.stringMatching(/^WRONG it \(/), expect.stringMatching(/^ok {4}cat/)]);
    expect(lines[0]).toContain(sentence);
  });

  it('should say that a version is newer than the one that was tried', async () => {
    const home = join(work, 'node_modules/opencode-ai');
    await mkdir(join(home, 'bin'), { recursive: true });
    await writeFile(join(home, 'package.json'), '{ "name": "opencode-ai", "version": "9.0.0" }');
    const script = `#!/bin/sh\nexec '${process.execPath}' '${ACTOR}' '{"turns":[[{"say":"ok"}]]}'\n`;
    await writeFile(join(home, 'bin/opencode'), script, { mode: 0o755 });
    const { code, stdout } = await doctor({ coder: { kind: 'acp', preset: 'opencode', command: join(home, 'bin/opencode') } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}coder \(acp 9\.0\.0\): started, and answered.*; version 9\.0\.0 is newer than the one that was tried, /);
  });

  it('should say that a port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;
    expect((await doctor({ cat }, ['--http', String(port)])).stdout).toContain(`WRONG ${port} (port): Port ${port} of 127.0.0.1 is taken.`);
    server.close();
  });

  it.each([
    [['--timeout', 'long'], 'Expected --timeout to be a number of seconds up to 3600, got long.'],
    [['cta'], 'There is no agent cta in'],
  ])('should refuse %j', async (args, sentence) => {
    expect(await doctor({ cat }, args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});
