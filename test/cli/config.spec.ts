import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agentsOf } from '../../src/cli/config/agentsOf.js';
import { readConfig } from '../../src/cli/config/readConfig.js';
import { sessionOf } from '../../src/cli/config/sessionOf.js';
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
  await writeFile(path, typeof config === 'string' || config instanceof Buffer ? config : JSON.stringify(config));
  return path;
}

async function problems(config: unknown): Promise<readonly string[]> {
  const path = await written(config);
  const error = await readConfig(path).then(() => undefined, (thrown: unknown) => thrown as Error);
  expect(error?.name).toBe('CliError');
  const [first, ...rest] = error!.message.split('\n');
  expect(first).toContain(path);
  return rest.map((problem) => problem.trim().replace(/^\d+:\d+ /, ''));
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
      'agents.b.preset: expected one of opencode, geminiCli, qwenCode, claudeCode, codex, codexByZed, '
        + 'got "opncode" (did you mean `opencode`?)',
      'agents.b.env: expected true for OPENAI_API_KEY, which passes on the variable of this name: secrets do not belong into a config',
      'agents.b.env.MODE: expected a string, true or false, got 3',
      'agents.b.steering: expected concurrent-prompt, cancel-and-reprompt, queue or false, got "loud"',
      'agents.b.allow: expected "all", or a list of read, edit, delete, move, search, execute, think, fetch, switch_mode, other',
      'agents.c.kind: expected an object with `kind`: acp, command or model',
      'agents.d.baseURL: expected a URL, such as https://api.openai.com/v1, got "nope"',
      'agents.d.model: expected a string that is not blank, got " "',
      'agents.d.apiKeyEnv: expected the variable SIDESTREAM_NOT_SET to be set',
      expect.stringContaining('agents.d: unknown `apiKey`; expected kind, provider, baseURL, apiKeyEnv, model,'),
      'agents.d.maxSteps: expected a whole number from 1, got 0.5',
      'agents.e: expected `preset`, or the `command` that starts the agent',
      'agents.f.command: expected a string, got nothing',
      'agents.f.description: expected a string, got nothing',
      'agents.f.args: expected a list, got "--all"',
      'agents.f.sandbox.kind: expected an object with `kind`: bubblewrap or docker',
      'agents.g: expected an object with `kind`: acp, command or model, got "npm test"',
      expect.stringContaining('session: unknown `maxRuning` (did you mean `maxRunning`?); expected maxRunning, maxTotalRunning, overflow,'),
      'session.overflow: expected one of reject, queue, got "drop"',
      'defaultAgent: expected one of b, c, d, e, f, g',
    ]);
    expect(found.join()).not.toContain('sk-secret');
  });

  it.each([
    [{}, 'agents: expected an object, got nothing'],
    [[], 'the config: expected an object, got an array'],
    ['null', 'the config: expected an object, got null'],
    ['3', 'the config: expected an object, got 3'],
    ['"agents"', 'the config: expected an object, got "agents"'],
    [{ agents: null }, 'agents: expected an object, got null'],
    [{ agents: [] }, 'agents: expected an object, got an array'],
    [{ agents: { a: null } }, 'agents.a: expected an object with `kind`: acp, command or model, got null'],
    [{ agents: { a: [] } }, 'agents.a: expected an object with `kind`: acp, command or model, got an array'],
    [{ agents: { a: ok }, defaultAgent: 3 }, 'defaultAgent: expected a string, got 3'],
    [{ agents: { a: { ...ok, env: null } } }, 'agents.a.env: expected an object, got null'],
    [{ agents: { a: { ...ok, args: ['x', 3] } } }, 'agents.a.args.1: expected a string, got 3'],
    [
      '{ "agents": { "a": { "kind": "command", "command": "true", "description": "x", "command": "false" } } }',
      'agents.a.command: stands here again, first in line 1; keep one of them',
    ],
    ['{ "agents": { "__proto__": {} } }', 'agents: expected at least one agent'],
    [{ agents: {} }, 'agents: expected at least one agent'],
    [{ agents: { a: ok }, defaultAgent: 'b' }, 'defaultAgent: expected one of a'],
    [{ agents: { a: ok }, defaultAgent: 'toString' }, 'defaultAgent: expected one of a'],
    [{ agents: { a: ok }, mcp: 1 }, expect.stringContaining('the config: unknown `mcp`; expected $schema, agents, defaultAgent, tools')],
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

  it.each([
    ['', '1:1 is no JSON: it is empty'],
    ['  \n\t', '2:2 is no JSON: it is empty'],
    ['{\n  "agents": {\n    "a": {\n', '4:1 is no JSON: expected } for the { in line 3, got the end of the file'],
    ['{\n  "agents": {},\n}', '2:15 is no JSON: expected nothing but } after the last entry, got a comma'],
    ['{\n  "agents" {}\n}', '2:12 is no JSON: expected a colon after the name "agents", got {'],
    ['{\n  "agents": {}\n  "session": {}\n}', '3:3 is no JSON: expected a comma or }, got "'],
    ['{\n  agents: {}\n}', '2:3 is no JSON: expected a name in double quotes, got agents'],
    ["{\n  'agents': {}\n}", "2:3 is no JSON: expected a name in double quotes, got '"],
    ['{\r\n  "maxWait": 0x10\r\n}', '2:14 is no JSON: expected a value, got 0x10'],
    ['{ "maxWait": True }', '1:14 is no JSON: expected a value, got True'],
    ["{ \"$schema\": 'x' }", '1:14 is no JSON: strings stand in double quotes'],
    ['{\n  "$schema": "x\n}', '2:14 is no JSON: expected a quote that ends this string, got the end of the line'],
    ['{ "$schema": "C:\\x" }', '1:17 is no JSON: expected \\\\ for a backslash in a string'],
    ['{} {}', '1:4 is no JSON: expected the end of the file, got {'],
    ['['.repeat(100_000), '1:102 is no JSON: expected at most 100 objects and lists within one another'],
    ['\ufeff{ "agents": }', '1:13 is no JSON: expected a value, got }'],
    [Buffer.from('\ufeff{}', 'utf16le'), ' is no UTF-8 but UTF-16. Save it as UTF-8.'],
    [Buffer.from([0x7b, 0xff, 0x7d]), ' is no UTF-8. Save it as UTF-8.'],
    [Buffer.alloc(2_000_000, ' '), ' is no config: expected at most 1048576 bytes.'],
  ])('should say of %j where and why it is no config', async (text, sentence) => {
    const path = await written(text);
    const error = await readConfig(path).then(() => undefined, (thrown: unknown) => thrown as Error);
    expect(error?.name).toBe('CliError');
    expect(error!.message).toContain(`${path}${sentence.startsWith(' ') ? '' : ':'}${sentence}`);
    expect(error!.message.split('\n')).toHaveLength(1);
  });

  it('should read what JSON reads, as it reads it', async () => {
    const config = { agents: { a: { ...ok, args: ['\u00e9\ud83d\ude00"\\/\b\f\n\r\t\u2028', ''], successCodes: [-1, 1e2, 12] } } };
    const text = JSON.stringify(config, undefined, '\t').replace('100', '1e2');
    expect(await readConfig(await written(`\ufeff${text}`))).toEqual({ ...config, directory });
  });

  it('should say the line and the column of everything that is wrong', async () => {
    const path = await written(`{
  "agents": {
    "a": {
      "kind": "command", "command": "true",
      "descripton": "x"
    },
    "b": { "kind": "command", "command": 3, "description": "x" }
  },
  "agents": { "c": { "kind": "command", "command": "true", "description": "x", "args": ["a", 7] } }
}`);
    const { message } = await readConfig(path).then(() => new Error('none'), (thrown: unknown) => thrown as Error);
    expect(message.split('\n')).toEqual([
      `${path} is not right:`,
      '  9:3 agents: stands here again, first in line 2; keep one of them',
      '  9:94 agents.c.args.1: expected a string, got 7',
    ]);
    const other = await written((await readFile(path, 'utf8')).replace('"agents": { "c"', '"//agents": { "c"'));
    await expect(readConfig(other)).rejects.toThrow([
      `${other} is not right:`,
      '  3:5 agents.a.description: expected a string, got nothing',
      '  5:7 agents.a: unknown `descripton` (did you mean `description`?); expected kind,',
    ].join('\n'));
    await expect(readConfig(other)).rejects.toThrow('\n  7:31 agents.b.command: expected a string, got 3');
  });

  it('should say of what is no file what it is', async () => {
    await expect(readConfig(directory)).rejects.toThrow(`${directory} is a directory. Expected a config, such as --config ${directory}/`);
    await expect(readConfig(join(directory, 'none', 'x'))).rejects.toThrow('There is no ');
    await expect(readConfig(`${await written('{}')}/x`)).rejects.toThrow('/x cannot be read: what stands above it is no directory.');
    await expect(readConfig('/dev/zero')).rejects.toThrow('/dev/zero is no config: expected at most 1048576 bytes.');
    const [one, other] = [join(directory, 'one'), join(directory, 'other')];
    await symlink(one, other);
    await symlink(other, one);
    await expect(readConfig(one)).rejects.toThrow(`${one} cannot be read: its links lead in a circle.`);
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
    await using session = sessionOf(config);
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

  it.each(['always', 3, { execute: 'ask' }])('should refuse %j as the permissions of an ACP agent', async (permissions) => {
    const [problem, ...others] = await problems({ agents: { coder: { kind: 'acp', preset: 'opencode', permissions } } });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^agents\.coder\.permissions.*: expected "ask", or an object with an answer \(allow_once, /);
  });

  it('should let an ACP agent ask, or answer by kind', async () => {
    const options = [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }, { optionId: 'no', name: 'No', kind: 'reject_once' }];
    const script = { turns: [[{ permit: { toolCall: { toolCallId: '1', title: 'Do it', kind: 'execute' }, options } }]] };
    const coder = { kind: 'acp', description: 'x', command: process.execPath, args: [ACTOR, JSON.stringify(script)] };
    const made = await agentsOf(await readConfig(await written({ agents: {
      asks: { ...coder, permissions: 'ask' }, gives: { ...coder, permissions: { execute: 'allow_once' } },
    } })));
    await using session = createSession();
    session.questions.subscribe((open) => { for (const { kind, answer } of open) answer(kind === 'permission'); });
    expect(await collect(session.delegate(made['asks']!.agent, { goal: 'x' }))).toContain('yes');
    expect(await collect(session.delegate(made['gives']!.agent, { goal: 'x' }))).toContain('yes');
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
