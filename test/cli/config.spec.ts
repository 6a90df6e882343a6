import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agentsOf } from '../../src/cli/config/agentsOf.js';
import { readConfig } from '../../src/cli/config/readConfig.js';
import { collect, createSession } from '../../src/index.js';
import { createToolset } from '../../src/tools/index.js';
import { ACTOR } from '../support/acp/actor.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';

let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'sidestream-config-')); });
afterAll(() => rm(directory, { recursive: true, force: true }));

let count = 0;
async function written(config: unknown): Promise<string> {
  const path = join(directory, `${count++}.json`);
  await writeFile(path, typeof config === 'string' ? config : JSON.stringify(config));
  return path;
}

async function problems(config: unknown): Promise<readonly string[]> {
  const path = await written(config);
  const error = await readConfig(path).then(() => undefined, (thrown: unknown) => thrown as Error);
  expect(error?.name).toBe('CliError');
  const [first, ...rest] = error!.message.split('\n');
  expect(first).toContain(path);
  return rest.map((problem) => problem.trim());
}

const ok = { kind: 'command', command: 'true', description: 'x' };

describe('a config', () => {
  it('should be told everything that is wrong with it at once, each with its path and what was expected', async () => {
    const found = await problems({
      agents: {
        'a b': ok,
        'b': { kind: 'acp', preset: 'opncode', env: { OPENAI_API_KEY: 'sk-secret', MODE: 3 }, steering: 'loud', allow: ['red'] },
        'c': { kind: 'shell', command: 'true' },
        'd': {
          kind: 'model', provider: 'openai-compatible', baseURL: 'nope', model: ' ', apiKeyEnv: 'SIDESTREAM_NOT_SET', description: 'x',
          apiKey: 'sk-secret', maxSteps: 0.5,
        },
        'e': { kind: 'acp' },
        'f': { kind: 'command', args: '--all', sandbox: { kind: 'chroot' } },
        'g': 'npm test',
      },
      session: { maxRuning: 3, overflow: 'drop' },
      defaultAgent: 'nobody',
    });
    expect(found).toEqual([
      'agents.a b: expected a name of letters, digits, - and _',
      'agents.b.preset: expected one of opencode, geminiCli, qwenCode, claudeCode, codex, codexByZed, got "opncode"',
      'agents.b.env.MODE: expected a string, true or false, got 3',
      'agents.b.env: expected true for OPENAI_API_KEY, which passes on the variable of this name: secrets do not belong into a config',
      'agents.b.steering: expected concurrent-prompt, cancel-and-reprompt, queue or false, got "loud"',
      'agents.b.allow: expected "all", or a list of read, edit, delete, move, search, execute, think, fetch, switch_mode, other',
      'agents.c.kind: expected an object with `kind`: acp, command or model',
      'agents.d.baseURL: expected a URL, such as https://api.openai.com/v1, got "nope"',
      'agents.d.model: expected a string that is not blank, got " "',
      'agents.d.apiKeyEnv: expected the variable SIDESTREAM_NOT_SET to be set',
      'agents.d.maxSteps: expected a whole number from 1, got 0.5',
      'agents.d: unknown `apiKey`; expected kind, provider, baseURL, model, apiKeyEnv, description, system, maxSteps, maxRetries, '
        + 'maxOutputTokens, temperature, delegation',
      'agents.e: expected `preset`, or the `command` that starts the agent',
      'agents.f.command: expected a string, got nothing',
      'agents.f.description: expected a string, got nothing',
      'agents.f.args: expected a list, got "--all"',
      'agents.f.sandbox.kind: expected an object with `kind`: bubblewrap or docker',
      'agents.g: expected an object with `kind`: acp, command or model, got "npm test"',
      'session.overflow: expected one of reject, queue, got "drop"',
      'session: unknown `maxRuning`; expected maxRunning, overflow, maxQueued, maxDepth, maxDescendants, windowLines, lineLength, '
        + 'deadline, idleTimeout, cancelGrace',
      'defaultAgent: expected one of b, c, d, e, f, g',
    ]);
    expect(found.join()).not.toContain('sk-secret');
  });

  it.each([
    [{}, 'agents: expected an object, got nothing'],
    [[], 'the config: expected an object'],
    [{ agents: {} }, 'agents: expected at least one agent'],
    [{ agents: { a: ok }, defaultAgent: 'b' }, 'defaultAgent: expected one of a'],
    [{ agents: { a: ok }, defaultAgent: 'toString' }, 'defaultAgent: expected one of a'],
    [{ agents: { a: ok }, mcp: 1 }, 'the config: unknown `mcp`; expected $schema, agents, defaultAgent, maxWait, session'],
    [
      { agents: { a: { ...ok, env: { GITHUB_TOKEN: 'x' } } } },
      'agents.a.env: expected true for GITHUB_TOKEN, which passes on the variable of this name: secrets do not belong into a config',
    ],
  ])('should refuse %j', async (config, problem) => {
    expect(await problems(config)).toEqual([problem]);
  });

  it('should say where it is no JSON, and how comments are written', async () => {
    const path = await written('{\n  // mine\n  "agents": {}\n}');
    await expect(readConfig(path)).rejects.toThrow(`${path}:2:3 is no JSON`);
    await expect(readConfig(path)).rejects.toThrow('Comments are fields whose names begin with //');
  });

  it('should leave out fields that begin with two slashes, at any depth', async () => {
    const path = await written({
      '//': 'mine',
      '$schema': 'x',
      'agents': { 'a': { ...ok, '//args': ['--all'], 'env': { '//A': '1' } }, '//b': 'off' },
      '//session': { x: 1 },
    });
    expect(await readConfig(path)).toEqual({ $schema: 'x', agents: { a: { ...ok, env: {} } }, directory });
  });
});

describe('the agents of a config', () => {
  it('should run a program, in a place relative to the config', async () => {
    const config = await readConfig(await written({ agents: {
      where: {
        kind: 'command', command: 'sh', args: ['-c', 'pwd; cat; echo "$MODE$SIDESTREAM_SECRET"'], description: 'x',
        cwd: '.', result: 'stdout', env: { MODE: 'fast' },
      },
    } }));
    process.env['SIDESTREAM_SECRET'] = 'not for children';
    const { where } = await agentsOf(config);
    await using session = createSession(config.session);
    expect(await collect(session.delegate(where!.agent, { goal: 'hello' }))).toBe(`${directory}\nhello\nfast`);
    delete process.env['SIDESTREAM_SECRET'];
  });

  it('should confine a program where the config says so', async () => {
    const { a } = await agentsOf(await readConfig(await written({ agents: {
      a: { ...ok, cwd: '.', sandbox: { kind: 'docker', image: 'sidestream/none', writable: ['out'] } },
    } })));
    await using session = createSession();
    const task = session.delegate(a!.agent, { goal: 'x' });
    // There is no docker here, or none with such an image; what matters is that it never ran outside.
    await expect(collect(task)).rejects.toThrow(/docker/);
  });

  it('should talk to an ACP agent, with what the config says before what the preset says', async () => {
    const script = { turns: [[{ say: 'it is done' }]] };
    const config = await readConfig(await written({ agents: {
      coder: { kind: 'acp', preset: 'opencode', command: process.execPath, args: [ACTOR, JSON.stringify(script)] },
    } }));
    const { coder } = await agentsOf(config);
    await using session = createSession();
    const tools = createToolset(session, { agents: { coder: coder! } });
    const answer = await tools.delegate_task.execute({ goal: 'do it', timeout: 100 });
    expect(answer).toMatchObject({ ok: true, status: 'completed', summary: 'it is done' });
    expect(Object.keys(tools.delegate_task_async.inputSchema.toJSONSchema().properties ?? {})).toContain('session');
  });

  it('should ask a model, with the key of the variable that is named', async () => {
    await using server = await createModelServer({ script: () => ({ say: 'forty-two' }) });
    process.env['SIDESTREAM_TEST_KEY'] = 'the-key';
    const config = await readConfig(await written({ agents: {
      thinker: {
        kind: 'model', provider: 'openai-compatible', baseURL: server.url, model: 'loopback', apiKeyEnv: 'SIDESTREAM_TEST_KEY',
        description: 'Thinks.', system: 'Be brief.',
      },
    } }));
    const { thinker } = await agentsOf(config);
    delete process.env['SIDESTREAM_TEST_KEY'];
    await using session = createSession();
    const task = session.delegate(thinker!.agent, { goal: 'what is it?' });
    expect(await collect(task)).toBe('forty-two');
    expect(server.visits[0]!.headers['authorization']).toBe('Bearer the-key');
    expect(server.visits[0]!.messages[0]).toMatchObject({ role: 'system', content: 'Be brief.' });
    expect(task.snapshot().usage).toEqual({ inputTokens: 10, outputTokens: 5 });
  });
});
