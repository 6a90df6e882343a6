import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom, toArray } from 'rxjs';
import { collect, createSession, type Session, type Task, type TaskEvent } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { acp, presets, type AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Order, type Script } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { caught, rejection } from '../../support/caught.js';
import { holdTime } from '../../support/holdTime.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

const start = (script: Script, options?: Partial<AcpOptions>): Task<string> => session.delegate(actor(script, options), { goal: 'act' });
const act = (...orders: readonly Order[]): Task<string> => start({ turns: [orders] });
const eventsOf = (task: Task): Promise<TaskEvent[]> => firstValueFrom(task.events.pipe(toArray()));
const typesOf = async (task: Task, ...types: readonly string[]) => (await eventsOf(task)).filter(({ type }) => types.includes(type));
const call = (id: string, more: Order): Order => ({ update: { sessionUpdate: 'tool_call', toolCallId: id, ...more } });
const callUpdate = (id: string, more: Order): Order => ({ update: { sessionUpdate: 'tool_call_update', toolCallId: id, ...more } });

describe('acp', () => {
  describe('what the agent says', () => {
    it('should stream its message by chunks, with its last message as the result', async () => {
      const task = act({ say: 'hel' }, { say: 'lo\nwor' }, { say: 'ld' });
      expect(await collect(task)).toBe('hello\nworld');
      expect(task.snapshot().preview).toEqual(['hello', 'world']);
    });

    it('should part messages by their ids, and end a line between them', async () => {
      const task = act({ say: 'first', id: 'a' }, { say: ' half', id: 'a' }, { say: 'second', id: 'b' });
      expect(await collect(task)).toBe('second');
      expect(task.snapshot().preview).toEqual(['first half', 'second']);
    });

    it('should part messages by tool calls where they have no ids, and go on with one over an update', async () => {
      const task = act(
        { say: 'I look' }, call('1', { title: 'look', kind: 'read' }), callUpdate('1', { status: 'completed' }), { say: 'I saw ' },
        callUpdate('1', { title: 'looked' }), { say: 'it' },
      );
      expect(await collect(task)).toBe('I saw it');
      expect(task.snapshot().preview).toEqual(['I look', 'I saw it']);
    });

    it('should give the last message that is not blank, where a turn ends in tool calls', async () => {
      expect(await collect(act({ say: 'all done' }, call('1', { title: 'tidy up', status: 'completed' }),
        { say: ' \n' }))).toBe('all done');
    });

    it('should hide thoughts, print them where asked, and never take them for the result', async () => {
      const orders = [{ say: 'a' }, { think: 'hmm' }, { say: 'b' }, { think: 'well' }];
      const hidden = act(...orders);
      expect(await collect(hidden)).toBe('b');
      expect(hidden.snapshot().preview).toEqual(['a', 'b']);
      const printed = start({ turns: [orders] }, { thoughts: 'print' });
      expect(await collect(printed)).toBe('b');
      expect(printed.snapshot().preview).toEqual(['a', 'hmm', 'b', 'well']);
    });

    it('should name content that is no text', async () => {
      const content = (each: Order): Order => ({ update: { sessionUpdate: 'agent_message_chunk', content: each } });
      expect(await collect(act(
        content({ type: 'image', data: 'AAAA', mimeType: 'image/png' }), content({ type: 'resource_link', uri: 'file:///a', name: 'a' }),
        content({ type: 'resource', resource: { uri: 'file:///b', text: 'b' } }),
      ))).toBe('[image][file:///a][file:///b]');
    });

    it('should give it the goal and the context', async () => {
      const agent = actor({ turns: [[{ echo: true }]] });
      expect(await collect(session.delegate(agent, { goal: 'the goal' }))).toBe('the goal');
      expect(await collect(session.delegate(agent, { goal: 'the goal', context: 'and more' }))).toBe('the goal\n\nand more');
    });
  });

  describe('what the agent does', () => {
    it('should tell tool calls in pairs under one name', async () => {
      const task = act(
        call('1', { title: 'Read a.ts', kind: 'read', status: 'pending' }), callUpdate('1', { status: 'in_progress', kind: 'edit' }),
        callUpdate('1', { status: 'completed', title: 'Read a.ts (12 lines)' }), callUpdate('1', { status: 'completed' }),
        call('2', { title: 'run it', name: 'bash', kind: 'execute', status: 'failed' }), { say: 'done' },
      );
      expect(await typesOf(task, 'tool')).toMatchObject([
        { name: 'read', state: 'started', detail: 'Read a.ts' }, { name: 'read', state: 'ended', detail: 'Read a.ts (12 lines)' },
        { name: 'bash', state: 'started', detail: 'run it' }, { name: 'bash', state: 'ended', detail: 'failed: run it' },
      ]);
    });

    it('should end with the turn what the agent has left open, and start what it only updates', async () => {
      const task = act(callUpdate('1', { status: 'in_progress', title: 'unannounced' }), { say: 'done' });
      expect(await typesOf(task, 'tool')).toMatchObject([
        { name: 'tool', state: 'started', detail: 'unannounced' }, { name: 'tool', state: 'ended', detail: 'not finished: unannounced' },
      ]);
    });

    it('should print an entry of the plan when it changes', async () => {
      const plan = (...statuses: readonly string[]): Order => ({ update: { sessionUpdate: 'plan', entries: statuses.map((status, n) => (
        { content: `part ${n}`, priority: 'medium', status })) } });
      const task = act(plan('in_progress', 'pending'), plan('in_progress', 'pending'), plan('completed', 'in_progress'), { say: 'done' });
      expect(await collect(task)).toBe('done');
      expect(task.snapshot().preview).toEqual(['plan [~] part 0', 'plan [ ] part 1', 'plan [x] part 0', 'plan [~] part 1', 'done']);
    });

    it('should count tokens by the turn, and the cost as it grows', async () => {
      const cost = (amount: number, currency = 'USD'): Order => ({ update: { sessionUpdate: 'usage_update', used: 9, size: 10,
        cost: { amount, currency } } });
      const task = act(
        cost(0.25), cost(0.25), cost(1), cost(7, 'credits'), { say: 'done' },
        { stop: { stopReason: 'end_turn', usage: { totalTokens: 18, inputTokens: 5, cachedReadTokens: 6, outputTokens: 3,
          thoughtTokens: 4 } } },
      );
      await collect(task);
      expect(task.snapshot().usage).toEqual({ inputTokens: 11, outputTokens: 7, costUsd: 1 });
    });

    it('should tell the end of a turn as a step', async () => {
      expect(await typesOf(act({ say: 'a' }), 'line', 'step', 'completed')).toMatchObject([{ type: 'line' }, { type: 'step' },
        { type: 'completed' }]);
    });
  });

  describe('how it ends', () => {
    it.each([
      ['refusal', /refused to go on.*refusal/], ['max_tokens', /limit of tokens/], ['max_turn_requests', /limit of model requests/],
      ['cancelled', /cancelled the turn by itself/], ['lunch', /not known here.*lunch/],
    ])('should fail where it stops by %s', async (stopReason, message) => {
      const task = act({ say: 'as far as this' }, { stop: { stopReason } });
      expect(await rejection(collect(task))).toMatchObject({
        code: 'agent_error', message: expect.stringMatching(message), cause: { name: 'AcpError', stopReason },
      });
      expect(task.snapshot().preview).toEqual(['as far as this']);
    });

    it('should fail where it says nothing, also where there was a plan to print', async () => {
      const task = act({ update: { sessionUpdate: 'plan', entries: [{ content: 'part', priority: 'low', status: 'pending' }] } });
      expect(await rejection(collect(task))).toMatchObject({ code: 'no_result', message: expect.stringContaining('without a message') });
    });

    it('should fail with what the agent says of an error', async () => {
      expect(await rejection(collect(act({ fail: { code: -32603, message: 'Internal error', data: { details: '401 unauthorized' } } }))))
        .toMatchObject({ code: 'agent_error', message: expect.stringMatching(/Internal error \(code -32603, 401 unauthorized\)/) });
    });

    it.each([[-32_000, 'Authentication required'], [-32_603, 'unexpected status 401 Unauthorized']])(
      'should say how to log in where the agent finds out at the first prompt (%s)', async (code, message) => {
        const task = start({ turns: [[{ fail: { code, message } }]], lateAuth: [{ id: 'key', name: 'Use a key' }] });
        expect(await rejection(collect(task))).toMatchObject({
          code: 'agent_error', message: expect.stringMatching(/(required|Unauthorized) \(code .*\)\. Log in with .*'key' \(Use a key\)/),
        });
      },
    );

    it('should fail with exit code and stderr where the program ends in mid-turn', async () => {
      const task = act({ say: 'one' }, { stderr: 'out of memory\n' }, { exit: 3 });
      expect(await rejection(collect(task))).toMatchObject({
        code: 'agent_error', message: expect.stringMatching(/exited with code 3.*out of memory/s), cause: { stderr: 'out of memory\n' },
      });
      expect(task.snapshot().preview).toEqual(['one']);
    });

    it('should fail with the signal that ended the program', async () => {
      const error = await rejection(collect(act({ kill: 'SIGKILL' })));
      expect(error).toMatchObject({ message: expect.stringContaining('was ended by SIGKILL') });
    });

    it('should not lose an answer to an exit right behind it', async () => {
      const answer = { jsonrpc: '2.0', id: 2, result: { stopReason: 'end_turn' } };
      // As much as a pipe holds, so that it is not read yet when the program has gone.
      const last = { say: 'done', id: 'last' };
      expect(await collect(act({ sayMany: [1, 60_000] }, last, { raw: `${JSON.stringify(answer)}\n` }, { exit: 0 }))).toBe('done');
    });

    it('should fail where the program shuts its mouth and goes on', async () => {
      const error = await rejection(collect(act({ closeStdout: true })));
      expect(error).toMatchObject({ message: expect.stringContaining('closed the connection') });
    });
  });

  describe('how it starts', () => {
    const outcome = async (script: Script, options?: Partial<AcpOptions>) => rejection(collect(start(script, options)));

    it('should say that the program is missing, and how it is installed', async () => {
      const task = session.delegate(acp({ command: 'no-such-agent', install: 'npm i -g no-such-agent' }), { goal: 'x' });
      expect(await rejection(collect(task))).toMatchObject({ code: 'not_started',
        message: expect.stringMatching(/no-such-agent.*npm i -g/s) });
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    });

    it.each([['initialize', 'initialize'], ['session/new', 'new'], ['authenticate', 'authenticate']])(
      'should not wait for ever for %s', async (step, note) => {
        using time = holdTime();
        const journal = file(`never-${note}`);
        const task = start({ never: step, journal }, { handshakeTimeout: 2_000, authenticate: 'key' });
        await until(async () => (await journalOf(journal)).some((each) => each.startsWith(`${note} `)));
        time.advance(2_000);
        expect(await rejection(collect(task))).toMatchObject({ code: 'not_started',
          message: expect.stringContaining(`did not answer ${step} within 2 s`) });
        expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      },
    );

    it('should say what a program wrote that ends at once', async () => {
      expect(await outcome({ exitAtOnce: 2 })).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/initialize.*exited with code 2.*no config found/s),
      });
    });

    it('should say which version of the protocol does not fit', async () => {
      expect(await outcome({ version: 7 })).toMatchObject({ code: 'not_started', message: expect.stringContaining('speaks version 7') });
    });

    it('should say how to log in, and log in that way', async () => {
      const auth = [{ id: 'oauth', name: 'Log in with a browser', description: 'opens one' }, { id: 'key', name: 'Use a key' }];
      expect(await outcome({ auth })).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/session\/new.*uthentication required.*'oauth' \(.*: opens one\), 'key'/s),
      });
      expect(await collect(start({ auth, turns: [[{ say: 'in' }]] }, { authenticate: 'key' }))).toBe('in');
    });

    it('should offer only what is allowed', async () => {
      for (const [files, readTextFile, writeTextFile] of [['none', false, false], ['read', true, false], ['write', true, true]] as const) {
        const journal = file(`offer-${files}`);
        await collect(start({ turns: [[{ say: 'x' }]], journal }, { files }));
        const [, greeting] = await journalOf(journal);
        expect(JSON.parse(greeting!.slice('initialize '.length))).toMatchObject({ fs: { readTextFile, writeTextFile }, terminal: false });
      }
    });

    it('should pass on only what it is told of the environment, and work in its directory', async () => {
      process.env['SIDESTREAM_SECRET'] = 'secret';
      try {
        expect(await collect(act({ env: 'SIDESTREAM_SECRET' }))).toBe('undefined');
        expect(await collect(start({ turns: [[{ env: 'GIVEN' }, { say: ' ' }, { cwd: true }]] }, { env: { GIVEN: 'x' },
          cwd: file() }))).toBe(`x ${file()}`);
      } finally {
        delete process.env['SIDESTREAM_SECRET'];
      }
    });

    it('should start what the sandbox makes of it', async () => {
      const agent = actor({ turns: [[{ env: 'BOXED' }]] }, { sandbox: (launch) => ({ ...launch, env: { ...launch.env, BOXED: 'yes' } }) });
      expect(await collect(session.delegate(agent, { goal: 'x' }))).toBe('yes');
      const missing = actor({}, { sandbox: (launch) => ({ ...launch, file: 'no-such-box', install: 'apt install box' }) });
      expect(await rejection(collect(session.delegate(missing, { goal: 'x' })))).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/no-such-box.*apt install box/s),
      });
    });
  });

  describe('options', () => {
    it.each<[string, object, RegExp]>([
      ['no command', {}, /`command` to be a string/], ['an unknown field', { command: 'x', comand: 'y' }, /Unknown field `comand`/],
      ['args', { command: 'x', args: 'acp' }, /`args` to be a list of strings/], ['steering', { command: 'x', steering: 'loud' },
        /`steering`/],
      ['allow', { command: 'x', allow: ['reed'] }, /`allow` to be 'all', or a list of read/], ['files', { command: 'x', files: true },
        /`files`/],
      ['a time', { command: 'x', handshakeTimeout: Infinity }, /`handshakeTimeout`/], ['keepAlive', { command: 'x', keepAlive: 0 },
        /`keepAlive` to be true/],
      ['a grace that is too short', { command: 'x', cancelGrace: 5000, grace: 100 }, /`cancelGrace` to be at most `grace`/],
    ])('should refuse %s', (_, options, message) => {
      expect(caught(() => acp(options as AcpOptions))).toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(message) });
    });

    it('should say of itself what a toolset has to know', async () => {
      const coder = acp({ ...presets.claudeCode, description: 'Writes code.' });
      expect([coder.name, coder.description, coder.steerable]).toEqual(['claude-agent-acp', 'Writes code.', true]);
      const deaf = acp({ command: '/usr/bin/x', steering: false });
      expect([deaf.name, deaf.description, deaf.steerable]).toEqual(['x', 'The coding agent x.', false]);
      const tools = createToolset(session, { agents: { coder } });
      expect(tools.delegate_task_async.description).toContain('Writes code.');
      expect(JSON.stringify(tools.delegate_task_async.inputSchema)).toContain('session');
    });

    it('should take every preset', () => {
      for (const preset of Object.values(presets)) expect(acp(preset).steerable).toBe(true);
    });
  });
});
