import { describe, expect, it } from '@jest/globals';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { concatMap, map, merge, NEVER } from 'rxjs';
import * as z from 'zod';
import { collect, createSession, result, type Agent, type Question, type Session } from '../../../src/index.js';
import { createMcpServer, type McpOptions } from '../../../src/parents/mcp/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { person, type Shown } from '../../support/parents/person.js';
import { until } from '../../support/until.js';

/** Asks whatever it is told, and answers with what it was told. */
const asking = (...questions: readonly Question[]): Agent<unknown> => (_brief, _steering, { ask }) =>
  merge(...questions.map((question) => ask(question))).pipe(map((answer) => result(answer)));

async function stage(test: (at: {
  readonly session: Session;
  readonly shown: readonly Shown[];
  readonly errors: readonly Error[];
  /** Those that are being shown now. */
  open(): readonly Shown[];
  close(): Promise<void>;
  connect(): Promise<readonly Shown[]>;
}) => Promise<void>, options: McpOptions = {}, capabilities?: object): Promise<void> {
  await using session = createSession();
  const tools = createToolset(session, { agents: { worker: () => NEVER } });
  const errors: Error[] = [];
  const closes: (() => Promise<void>)[] = [];
  const connect = async (): Promise<readonly Shown[]> => {
    const { client, shown } = person(capabilities);
    const server = createMcpServer(session, tools, { elicit: ['text', 'choice', 'confirm', 'permission', 'form'], ...options });
    server.server.onerror = (error) => { errors.push(error); };
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    closes.push(() => client.close());
    return shown;
  };
  const shown = await connect();
  await test({
    session, shown, errors, connect,
    open: () => shown.filter(({ isTakenBack }) => !isTakenBack),
    close: async () => { for (const close of closes.splice(0)) await close(); },
  });
  for (const close of closes) await close();
}

/** Long enough for whatever is sent to arrive: a round of messages takes some microtasks. */
const settle = () => new Promise((resolve) => { setTimeout(resolve, 30); });

describe('elicitation', () => {
  const kinds: readonly (readonly [string, Question, object, unknown, unknown])[] = [
    ['text', { text: 'Which branch?', default: 'main' }, { type: 'string', default: 'main' }, 'next', 'next'],
    ['confirm', { kind: 'confirm', text: 'Go on?' }, { type: 'boolean' }, true, true],
    [
      'choice', { text: 'Which?', options: ['a', { id: 'b', label: 'Bee', description: 'the better one' }], default: 'b' },
      { type: 'string', oneOf: [{ const: 'a', title: 'a' }, { const: 'b', title: 'Bee: the better one' }], default: 'b' }, 'a', 'a',
    ],
    [
      'permission', { kind: 'permission', text: 'Run it?' },
      { oneOf: [{ const: 'allow_once', title: 'Allow' }, { const: 'reject_once', title: 'Refuse' }] }, 'allow_once', 'allow_once',
    ],
  ];

  it.each(kinds)('should put a question of kind %s as a form, and take the answer', async (_, question, field, given, taken) => {
    await stage(async ({ session, shown }) => {
      const task = session.delegate(asking(question), { goal: 'ask' });
      await until(() => shown.length === 1);
      expect(shown[0]!.params.message).toContain(`(task ${task.id}) asks`);
      expect(shown[0]!.params.message).toContain(question.text);
      expect(shown[0]!.params.requestedSchema).toMatchObject({ type: 'object', required: ['answer'], properties: { answer: field } });
      shown[0]!.accept(given);
      expect(await collect(task)).toEqual(taken);
    });
  });

  it('should put a flat schema as its fields, with the default filled in, and validate by the whole schema', async () => {
    const schema = z.object({ name: z.string().regex(/^[a-z]+$/), count: z.number().int().min(1), size: z.enum(['s', 'm']).optional() });
    await stage(async ({ session, shown }) => {
      const task = session.delegate(asking({ text: 'Fill in', schema, default: { name: 'x', count: 2 } }), { goal: 'ask' });
      await until(() => shown.length === 1);
      expect(shown[0]!.params.requestedSchema).toMatchObject({
        required: ['name', 'count'],
        properties: {
          name: { type: 'string', default: 'x' }, count: { type: 'integer', minimum: 1, default: 2 },
          size: { type: 'string', enum: ['s', 'm'] },
        },
      });
      shown[0]!.act({ action: 'accept', content: { name: 'NO', count: 3 } });
      await until(() => shown.length === 2);
      expect(shown[1]!.params.message).toMatch(/That was no answer\. .*name/);
      shown[1]!.act({ action: 'accept', content: { name: 'yes', count: 3 } });
      expect(await collect(task)).toEqual({ name: 'yes', count: 3 });
    });
  });

  it('should ask for JSON where a schema has more than one level, and say the schema', async () => {
    const schema = { type: 'object', properties: { at: { type: 'object', properties: { x: { type: 'number' } } } }, required: ['at'] };
    await stage(async ({ session, shown }) => {
      const task = session.delegate(asking({ text: 'Where?', schema, default: { at: { x: 1 } } }), { goal: 'ask' });
      await until(() => shown.length === 1);
      expect(shown[0]!.params.message).toContain(JSON.stringify(schema));
      expect(shown[0]!.params.requestedSchema.properties).toMatchObject({ answer: { type: 'string', default: '{"at":{"x":1}}' } });
      shown[0]!.accept('{"at":{"x":2}}');
      expect(await collect(task)).toEqual({ at: { x: 2 } });
    });
  });

  it('should say what a permission is about, in a few lines that no child can forge', async () => {
    const command = 'rm -rf build\n\u001b[2Jworker (task x) asks:';
    const detail = { command, ...Object.fromEntries('abcdefghij'.match(/./g)!.map((k) => [k, k])) };
    await stage(async ({ session, shown }) => {
      const asks = asking({ kind: 'permission', text: 'Run \u001b[31mthis?', detail });
      const task = session.delegate(asks, { goal: 'ask' }, { name: 'coder' });
      await until(() => shown.length === 1);
      expect(shown[0]!.params.message.split('\n')).toEqual([
        `coder (task ${task.id}) asks for permission:`, 'Run this?', '  command: rm -rf build worker (task x) asks:',
        ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((k) => `  ${k}: ${k}`), '  … [+3]',
      ]);
    });
  });

  it('should decline what the person declines', async () => {
    await stage(async ({ session, shown }) => {
      const asked = session.delegate(asking({ kind: 'permission', text: 'May I?' }), { goal: 'ask' });
      await until(() => shown.length === 1);
      shown[0]!.act({ action: 'decline' });
      expect(await collect(asked)).toBe('reject_once');
      const other = session.delegate(asking({ text: 'What?' }), { goal: 'ask' });
      await until(() => shown.length === 2);
      shown[1]!.act({ action: 'decline' });
      await expect(collect(other)).rejects.toThrow('was declined: A person at the MCP host declined it.');
    });
  });

  it('should leave open what the person dismisses, put the next one, and that one to whoever connects next', async () => {
    await stage(async ({ session, shown, connect, errors }) => {
      const first = session.delegate(asking({ text: 'first' }), { goal: 'ask' });
      const second = session.delegate(asking({ text: 'second' }), { goal: 'ask' });
      await until(() => shown.length === 1);
      shown[0]!.act({ action: 'cancel' });
      await until(() => shown.length === 2);
      shown[1]!.accept('2');
      expect(await collect(second)).toBe('2');
      await settle();
      expect([shown.length, first.questions.length, errors.length]).toEqual([2, 1, 0]);
      const others = await connect();
      await until(() => others.length === 1);
      others[0]!.accept('1');
      expect(await collect(first)).toBe('1');
    });
  });

  it('should put one at a time, the oldest first, also of several tasks', async () => {
    await stage(async ({ session, shown, open }) => {
      const one = session.delegate(asking({ text: 'a' }, { text: 'c' }), { goal: 'ask' });
      const two = session.delegate(asking({ text: 'b' }), { goal: 'ask' });
      for (const words of ['a', 'c', 'b']) {
        await until(() => shown.at(-1)?.params.message.endsWith(`\n${words}`) === true);
        await settle();
        expect(open().at(-1)).toBe(shown.at(-1));
        shown.at(-1)!.accept(words);
      }
      await Promise.all([collect(one), collect(two)]);
      expect(shown).toHaveLength(3);
    });
  });

  it.each(['answered by code', 'cancelled with its task'])('should take back what is %s meanwhile', async (how) => {
    await stage(async ({ session, shown, errors }) => {
      const task = session.delegate(asking({ text: 'first' }), { goal: 'ask' });
      await until(() => shown.length === 1);
      if (how === 'answered by code') task.questions[0]!.answer('by code');
      else task.cancel();
      await until(() => shown[0]!.isTakenBack);
      const next = session.delegate(asking({ text: 'next' }), { goal: 'ask' });
      await until(() => shown.length === 2);
      shown[1]!.accept('by hand');
      expect(await collect(next)).toBe('by hand');
      await settle();
      expect([shown[1]!.isTakenBack, errors.length]).toEqual([false, 0]);
    });
  });

  it('should leave a question to others where what answers is always wrong, or fails, and say so', async () => {
    await stage(async ({ session, shown, errors }) => {
      const wrong = session.delegate(asking({ text: 'Which?', options: ['a', 'b'] }), { goal: 'ask' });
      for (let n = 1; n <= 5; n++) {
        await until(() => shown.length === n);
        // As a host that does not look at the schema may; the official client does.
        shown[n - 1]!.act({ action: 'accept' });
      }
      await settle();
      expect([shown.length, wrong.questions.length]).toEqual([5, 1]);
      const failing = session.delegate(asking({ text: 'What?' }), { goal: 'ask' });
      await until(() => shown.length === 6);
      shown[5]!.act(new Error('no terminal'));
      await until(() => errors.length > 0);
      expect([errors.at(-1)!.message, failing.questions.length]).toEqual([expect.stringContaining('no terminal'), 1]);
      // The connection works as before.
      session.delegate(asking({ text: 'Again?' }), { goal: 'ask' });
      await until(() => shown.length === 7);
    });
  });

  it('should keep a question open when the connection ends', async () => {
    await stage(async ({ session, shown, close, errors }) => {
      const task = session.delegate(asking({ text: 'What?' }), { goal: 'ask' });
      await until(() => shown.length === 1);
      await close();
      await settle();
      expect(errors).toEqual([]);
      task.questions[0]!.answer('later');
      expect(await collect(task)).toBe('later');
    });
  });

  it.each([
    ['of other kinds', { elicit: ['permission'] as const }, undefined],
    ['where none are to be put', { elicit: false as const }, undefined],
    ['to a host that cannot ask', {}, {}],
  ])('should put nothing %s', async (_, options, capabilities) => {
    await stage(async ({ session, shown }) => {
      const task = session.delegate(asking({ text: 'What?' }), { goal: 'ask' });
      await settle();
      expect([shown.length, task.questions.length]).toEqual([0, 1]);
    }, options, capabilities);
  });

  it('should refuse kinds that there are not', () => {
    const session = createSession();
    const tools = createToolset(session, { agents: { worker: () => NEVER } });
    const make = () => createMcpServer(session, tools, { elicit: ['all'] as never });
    expect(make).toThrow('Expected `elicit` to be false, or a list of text, choice');
  });

  it('should ask again and again of one agent, each once', async () => {
    const polite: Agent = (_brief, _steering, { ask }) => ask({ text: 'one' }).pipe(
      concatMap((one) => ask({ text: `two after ${one}` })), map((two) => result(two)),
    );
    await stage(async ({ session, shown }) => {
      const task = session.delegate(polite, { goal: 'ask' });
      await until(() => shown.length === 1);
      shown[0]!.accept('1');
      await until(() => shown.length === 2);
      expect(shown[1]!.params.message).toContain('two after 1');
      shown[1]!.accept('2');
      expect(await collect(task)).toBe('2');
    });
  });

  it('should give titles of options as hosts of before 2025-11-25 know them', async () => {
    await using session = createSession();
    const { client, shown } = person();
    const server = createMcpServer(session, createToolset(session, { agents: { worker: () => NEVER } }), { elicit: ['choice'] });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const send = theirs.send.bind(theirs);
    theirs.send = (message, options) => send(JSON.parse(JSON.stringify(message).replace('2025-11-25', '2025-06-18')) as never, options);
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    session.delegate(asking({ text: 'Which?', options: ['a', { id: 'b', label: 'Bee' }] }), { goal: 'ask' });
    await until(() => shown.length === 1);
    expect(shown[0]!.params.requestedSchema.properties).toEqual({
      answer: { type: 'string', title: 'Answer', enum: ['a', 'b'], enumNames: ['a', 'Bee'] },
    });
    await client.close();
  });
});
