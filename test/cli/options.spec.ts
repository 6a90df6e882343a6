import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { agentsOf } from '../../src/cli/config/agentsOf.js';
import { readConfig } from '../../src/cli/config/readConfig.js';
import { acp } from '../../src/cli/config/schema/acp.js';
import { command } from '../../src/cli/config/schema/command.js';
import { sessionOf } from '../../src/cli/config/sessionOf.js';
import { doorOf } from '../../src/cli/doorOf.js';
import { collect } from '../../src/index.js';
import { ACTOR } from '../support/acp/actor.js';
import { createModelServer } from '../support/modelServer/createModelServer.js';

let directory: string;
beforeAll(async () => { directory = await mkdtemp(join(tmpdir(), 'sidestream-options-')); });
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(config: unknown) {
  const path = join(directory, 'config.json');
  await writeFile(path, JSON.stringify(config));
  return readConfig(path);
}

// That none of the options is missing is a matter of the types: each schema `satisfies` a record of the options' names.
describe('the options of a config', () => {
  it('should all be known, and taken by what they are for', async () => {
    const config = await read({
      agents: {
        coder: {
          kind: 'acp', preset: 'opencode', command: 'opencode', args: ['acp'], env: { A: 'x', B: true, C: false }, cwd: '.', roots: ['.'],
          worktree: true,
          sandbox: { kind: 'bubblewrap', readable: ['.'], writable: ['out'], network: true, program: '/usr/bin/bwrap' },
          install: 'npm i', description: 'Codes.', steering: 'queue', allow: ['read'],
          permissions: { edit: 'allow_once', execute: 'reject_always' },
          files: 'read', thoughts: 'print', authenticate: 'key', keepAlive: true, maxIdle: 2, anySession: true, handshakeTimeout: 120_000,
          cancelGrace: 500, grace: 2_000, promptSilence: 1_000, maxMessageLength: 1_000_000,
          mode: 'default', onRestart: 'resume', unattended: true, seen: '1.18.33', forgetsCancelled: false,
          mcpServers: {
            files: { command: 'files', args: ['--ro'], env: { ROOT: '/tmp', TOKEN: true } },
            web: { type: 'http', url: 'http://127.0.0.1:1/mcp', headers: { 'Authorization': 'Bearer ${PATH}', 'X-Mode': 'fast' } },
          },
        },
        program: {
          kind: 'command', command: 'cat', args: [], description: 'Says it again.', env: {}, cwd: '.', roots: ['.'], worktree: true,
          steering: 'lines', onRestart: 'restart', result: 'line',
          stderr: 'print', maxResult: 1_000, successCodes: [0, 1], grace: 100, drain: 10, check: ['--version'],
          sandbox: { kind: 'docker', image: 'none', program: '/usr/bin/docker' },
        },
        thinker: {
          kind: 'model', provider: 'openai-compatible', baseURL: 'http://127.0.0.1:1', model: 'one', models: { small: 'two' },
          apiKeyEnv: 'PATH', description: 'Thinks.', system: 'Be brief.', delegation: true, maxSteps: 3, maxRetries: 0, maxPause: 1,
          startTimeout: 1_000,
          cost: { input: 1, output: 2 }, headers: { 'x-api-key': '${PATH}' }, providerOptions: { one: { effort: 'low' } },
          onRestart: 'interrupt', temperature: 0, topP: 1, topK: 1, seed: 1, stopSequences: ['.'], maxOutputTokens: 10,
        },
      },
      defaultAgent: 'coder', tools: ['delegate_task'], lines: 5, name: 'mine', version: '2', instructions: 'Go.', maxWait: 1_000,
      progressEvery: 500,
      session: {
        maxRunning: 1, overflow: 'queue', maxQueued: 1, maxDepth: 1, maxDescendants: 1, windowLines: 1, lineLength: 1, maxLineBytes: 4,
        mailboxSize: 1, messageLength: 1, deadline: 1, idleTimeout: 1, cancelGrace: 0, redact: ['PATH'],
        retain: { count: 0, age: 0, unheard: 0, bytes: 0 },
        budget: { tokens: 1, costUsd: 0.1, steps: 1, toolCalls: 1 },
      },
      store: '.sidestream/tasks.db',
      http: { tokenEnv: 'T', origins: ['http://localhost:1'], maxSessions: 1, sessionTimeout: 1, maxBody: 1, bodyTimeout: 1 },
    });
    expect(Object.keys(await agentsOf(config))).toEqual(['coder', 'program', 'thinker']);
    await sessionOf(config).close();
    // What was written down is all that there is.
    expect(Object.keys(acp.shape).sort()).toEqual(Object.keys(config.agents['coder']!).sort());
    expect(Object.keys(command.shape).sort()).toEqual(Object.keys(config.agents['program']!).sort());
  });

  it.each([
    [
      { kind: 'acp', command: 'x', permissions: { edt: 'allow_once' } },
      'a.permissions: unknown `edt` (did you mean `edit`?); expected read, edit,',
    ],
    [{ kind: 'acp', command: 'x', permissions: { edit: 'yes' } },
      'a.permissions: expected "ask", or an object with an answer (allow_once, allow_always'],
    [{ kind: 'acp', command: 'x', mcpServers: { one: { url: 'x' } } }, 'a.mcpServers.one: expected an object with `command`'],
    [
      { kind: 'acp', command: 'x', mcpServers: { one: { type: 'http', url: 'http://x', headers: { Authorization: 'Bearer sk-1' } } } },
      'secrets do not belong into a config',
    ],
    [{ kind: 'acp', command: 'x', handshakeTimeout: 1e10 }, 'a.handshakeTimeout: expected a number of milliseconds from 1 to 2147483647'],
    [{ kind: 'command', command: 'x', description: 'x', drain: -1 }, 'a.drain: expected a number of milliseconds from 0'],
  ])('should refuse %j', async (agent, sentence) => {
    const { message } = await read({ agents: { a: agent } }).then(() => new Error('none'), (error: unknown) => error as Error);
    expect(message).toContain(sentence);
    expect(message).not.toContain('sk-1');
  });

  it('should answer what an agent asks for by the kind of its tool', async () => {
    const options = ['allow_once', 'reject_once'].map((kind) => ({ kind, optionId: `id-${kind}`, name: kind }));
    const permit = (kind: string) => ({ permit: { toolCall: { toolCallId: kind, kind, title: kind }, options } });
    const script = { turns: [[permit('edit'), permit('execute'), permit('fetch'), { say: 'done' }]] };
    const { coder } = await agentsOf(await read({ agents: {
      coder: {
        kind: 'acp', command: process.execPath, args: [ACTOR, JSON.stringify(script)],
        permissions: { edit: 'allow_once', fetch: 'allow_once' },
      },
    } }));
    await using session = sessionOf({});
    const task = session.delegate(coder!.agent, { goal: 'x' });
    await collect(task);
    expect(task.snapshot().preview.filter((line) => line.startsWith('id-'))).toEqual(['id-allow_once', 'id-reject_once', 'id-allow_once']);
  });

  it('should keep values of variables out of what children write', async () => {
    process.env['SIDESTREAM_SECRET'] = 'a-long-secret';
    const config = await read({
      agents: { cat: { kind: 'command', command: 'cat', description: 'x' } },
      session: { redact: ['SIDESTREAM_SECRET', 'SIDESTREAM_NOT_SET'] },
    });
    await using session = sessionOf(config);
    const { cat } = await agentsOf(config);
    expect(await collect(session.delegate(cat!.agent, { goal: 'it is a-long-secret, yes' }))).toBe('it is [SIDESTREAM_SECRET], yes');
    delete process.env['SIDESTREAM_SECRET'];
  });

  it('should count what a model costs', async () => {
    await using server = await createModelServer({ script: () => ({ say: 'forty-two' }) });
    const { thinker } = await agentsOf(await read({ agents: {
      thinker: {
        kind: 'model', provider: 'openai-compatible', baseURL: server.url, model: 'loopback', description: 'Thinks.',
        cost: { input: 1_000, output: 10_000 }, headers: { 'x-api-key': 'is ${HOME}' },
      },
    } }));
    await using session = sessionOf({});
    const task = session.delegate(thinker!.agent, { goal: 'what is it?' });
    await collect(task);
    expect(task.snapshot().usage).toMatchObject({ inputTokens: 10, outputTokens: 5, costUsd: 0.06 });
    expect(server.visits[0]!.headers['x-api-key']).toBe(`is ${process.env['HOME']}`);
  });
});

describe('the flags of HTTP', () => {
  const none = { http: undefined, tokenEnv: undefined, origins: undefined, maxSessions: undefined, sessionTimeout: undefined };

  it('should come before the config', () => {
    process.env['SIDESTREAM_DOOR'] = 'x'.repeat(16);
    const config = { tokenEnv: 'SIDESTREAM_DOOR', origins: ['http://a'], maxSessions: 3, sessionTimeout: 5, maxBody: 7 };
    expect(doorOf(none, config)).toBeUndefined();
    expect(doorOf({ ...none, http: '0' }, config)).toEqual({
      port: 0, token: 'x'.repeat(16), origins: ['http://a'], maxSessions: 3, sessionTimeout: 5, maxBody: 7,
    });
    expect(doorOf({ ...none, http: '1', origins: ['http://b', 'http://c'], maxSessions: '4', sessionTimeout: '6' }, config)).toMatchObject({
      port: 1, origins: ['http://b', 'http://c'], maxSessions: 4, sessionTimeout: 6, maxBody: 7,
    });
    delete process.env['SIDESTREAM_DOOR'];
  });

  it.each([
    [{ maxSessions: '3' }, 'Expected --http with --max-sessions.'],
    [{ http: '0', maxSessions: 'many' }, 'Expected --max-sessions to be a whole number from 1, got many.'],
    [{ http: '0', sessionTimeout: '0' }, 'Expected --session-timeout to be a whole number from 1, got 0.'],
    [{ http: '0', origins: ['localhost'] }, 'Expected --origin to be an origin, such as http://localhost:6274, got localhost.'],
    [{ http: '0' }, 'Expected --token-env NAME with --http'],
  ])('should refuse %j', (flags, sentence) => {
    expect(() => doorOf({ ...none, ...flags }, undefined)).toThrow(sentence);
  });
});
