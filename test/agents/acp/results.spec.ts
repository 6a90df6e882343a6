import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, type Order } from '../../support/acp/actor.js';
import { rejection } from '../../support/caught.js';

let session: Session;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

const start = (orders: readonly Order[], options: Partial<AcpOptions> = {}): Task<string> =>
  session.delegate(actor({ turns: [orders] }, options), { goal: 'act' });

const chunk = (words: string, more: Order = {}): Order => (
  { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words }, ...more } });
const ended = { update: { sessionUpdate: 'tool_call', toolCallId: 'x', title: 'look', kind: 'read', status: 'completed' } };

describe('the result of an ACP agent', () => {
  describe('where its bridge has a word to say as well', () => {
    // As claude-agent-acp 0.101.0 does behind the answer of the first turn of a process.
    const warning = '**Warning:** this session is not eligible';

    it('should be the answer, and no chunk without an id where the messages have ids', async () => {
      const task = start([{ say: 'the answer', id: 'a' }, { say: warning }]);
      expect(await collect(task)).toBe('the answer');
      expect(task.snapshot().preview).toEqual(['the answer', warning]);
    });

    it('should be no chunk that is marked as information, also where no message has an id', async () => {
      const task = start([{ say: 'the answer' }, chunk(warning, { _meta: { claudeCode: { kind: 'informational' } } })]);
      expect(await collect(task)).toBe('the answer');
      expect(task.snapshot().preview).toEqual(['the answer', warning]);
    });

    it('should be whole where such a chunk comes in its midst or before it', async () => {
      const task = start([{ say: warning }, { say: 'the ', id: 'a' }, { say: `${warning}\n` }, { say: 'answer', id: 'a' }]);
      expect(await collect(task)).toBe('the answer');
      expect(task.snapshot().preview).toEqual([warning, 'the ', warning, 'answer']);
    });

    it('should be what there is where there is nothing else', async () => {
      expect(await collect(start([{ say: 'only', id: '' }]))).toBe('only');
    });

    it('should not have a warning glued to its front that comes without an id and without a line end', async () => {
      // As codex-acp 0.16.0 of Zed does for a model that it does not know.
      const glued = 'Model metadata for `mock` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.';
      const task = start([{ say: glued }, { say: 'under' }, { say: 'stood' }]);
      expect(await collect(task)).toBe('understood');
      expect(task.snapshot().preview).toEqual([glued, 'understood']);
    });
  });

  describe('where the provider of its model fails and the turn ends as if it had not', () => {
    const info = (_meta: object): Order => ({ update: { sessionUpdate: 'session_info_update', _meta } });
    const words = 'exceeded retry limit, last status: 429 Too Many Requests';

    it.each([
      // As codex-acp 2.6.0 says it.
      ['a status of its thread', { codex: { threadStatus: { type: 'systemError' } } }],
      ['a state in words', { other: { state: 'api_error' } }],
      ['a flag', { other: { turn: { isError: true } } }],
    ])('should be a failure with the words of the provider (%s)', async (_, meta) => {
      const task = start([{ say: 'I begin', id: 'a' }, info(meta), { say: words, id: 'b' }]);
      expect(await rejection(collect(task))).toMatchObject({
        code: 'agent_error', message: expect.stringContaining(words), cause: { name: 'AcpError', stopReason: 'end_turn' },
      });
    });

    it('should be a failure too where the answer to the prompt says so', async () => {
      const task = start([{ say: words }, { stop: { stopReason: 'end_turn', _meta: { x: { status: 'error', message: 'no quota' } } } }]);
      expect(await rejection(collect(task))).toMatchObject({ code: 'agent_error', message: expect.stringContaining('no quota') });
    });

    it('should be what it says where nothing of it is an error', async () => {
      expect(await collect(start([
        info({ codex: { threadStatus: { type: 'active' } }, errors: 0, error: null, isError: false }), { say: 'well' },
      ]))).toBe('well');
    });

    it('should not be held against a later turn', async () => {
      const failing = [info({ codex: { threadStatus: { type: 'systemError' } } }), { say: words }];
      await using agent = actor({ turns: [failing, [{ say: 'well' }]] }, { keepAlive: true });
      const first = session.delegate(agent, { goal: 'one' });
      await rejection(collect(first));
      expect(await collect(session.delegate(agent, { goal: 'two', session: first.id }))).toBe('well');
    });
  });

  describe('after a refusal of ours', () => {
    const permit = { permit: { toolCall: { toolCallId: '1', title: 'touch x', kind: 'execute' },
      options: [{ optionId: 'abort', name: 'Abort', kind: 'reject_once' }] } };
    const update = { update: { sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'failed' } };
    // The actor says what was answered; a message of its own follows, or none.
    const silent = { ...permit, quiet: true };

    it.each<[string, Partial<AcpOptions>]>([
      ['by the list', {}], ['by the function', { permissions: () => 'reject_once' }],
    ])('should be a failure that says so where the agent then cancels its turn (%s)', async (_, options) => {
      const error = await rejection(collect(start([{ say: 'I will' }, silent, { stop: { stopReason: 'cancelled' } }], options)));
      expect(error).toMatchObject({
        code: 'agent_error', message: expect.stringMatching(/was refused permission for execute, touch x, and gave up.*`allow`/),
      });
      expect(error).toMatchObject({ message: expect.not.stringContaining('nothing here had asked') });
    });

    it('should be no word from before it, where the agent says nothing after it', async () => {
      // As opencode 1.18.33 does: the turn ends as if all had been done.
      const error = await rejection(collect(start([{ say: 'I will write.' }, silent, update])));
      expect(error).toMatchObject({ code: 'agent_error', message: expect.stringContaining('was refused permission for execute, touch x') });
    });

    it('should be what the agent says of it', async () => {
      expect(await collect(start([{ say: 'I will' }, silent, update, { say: 'I may not' }, ended]))).toBe('I may not');
    });

    it('should not be blamed on a refusal where the turn ends so for another reason', async () => {
      const allowed = { permit: { ...permit.permit, options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }] } };
      const error = await rejection(collect(start([allowed, { stop: { stopReason: 'cancelled' } }], { allow: ['execute'] })));
      expect(error).toMatchObject({ message: expect.stringContaining('cancelled the turn by itself') });
    });
  });
});
