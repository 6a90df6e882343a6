import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastValueFrom, toArray } from 'rxjs';
import { collect, createSession, type Session } from '../../../src/index.js';
import { messagesOf } from '../../../src/agents/acp/connection/messagesOf.js';
import type { MessageCounts } from '../../../src/agents/acp/connection/messageCounts.js';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, type Order } from '../../support/acp/actor.js';
import { rejection } from '../../support/caught.js';

/** What is read of bytes that come in these chunks. */
async function read(chunks: readonly Buffer[], maxLength = 1_000) {
  const counts: MessageCounts = { malformed: 0, oversized: 0, unknown: 0 };
  const stream = Readable.from(chunks, { objectMode: false }).setEncoding('utf8');
  return { messages: await lastValueFrom(messagesOf(stream, maxLength, counts).pipe(toArray())), counts };
}

/** The bytes, cut at these places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((to, n) => bytes.subarray(at[n], to)).filter(({ length }) => length > 0);
};

describe('framing', () => {
  const message = fc.record({
    jsonrpc: fc.constant('2.0'), method: fc.constantFrom('session/update', 'x'),
    params: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('ä€😀', '👩‍👩‍👧', '\u2028', '\r\n'), fc.jsonValue()),
  });
  const line = fc.oneof(
    message.map((each) => JSON.stringify(each)),
    fc.constantFrom('', ' ', 'log: ready 😀', '{"half":', '[]', 'null', '"text"', '7', '{"jsonrpc":"2.0"}',
      `{"jsonrpc":"2.0","method":"${'ü'.repeat(1_000)}"}`),
  );

  it('should read the same of every way of cutting the bytes', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 40 }), fc.boolean(),
      async (lines, places, isEnded) => {
        const all = lines.map(([words, end]) => words + end).join('');
        const bytes = Buffer.from(isEnded ? all : all.trimEnd());
        const whole = await read([bytes]);
        expect(await read(cut(bytes, places))).toEqual(whole);
        expect(await read(cut(bytes, Array.from(bytes, (_, n) => n)))).toEqual(whole);
        const expected = lines.flatMap(([words]) =>
          words.length <= 1_000 && words.startsWith('{"jsonrpc":"2.0","') ? [JSON.parse(words) as unknown] : []);
        expect(whole.messages).toEqual(expected);
      },
    ), { numRuns: 150 });
  });

  it('should count what is no message, and what is too long', async () => {
    const { messages, counts } = await read([Buffer.from([
      'npm warn', '{', '[]', '[{"jsonrpc":"2.0","method":"x"}]', 'null', '{}', '{"jsonrpc":"1.0","method":"x"}',
        '{"jsonrpc":"2.0","method":7}',
      '{"jsonrpc":"2.0","method":"x","id":{}}', '', JSON.stringify('y'.repeat(2_000)), '{"jsonrpc":"2.0","method":"x","id":null}',
    ].join('\n'))]);
    expect(messages).toHaveLength(1);
    expect(counts).toEqual({ malformed: 9, oversized: 1, unknown: 0 });
  });
});

describe('messages of an agent', () => {
  let session: Session;
  beforeEach(() => { session = createSession(); });
  afterEach(async () => { await session.close(); });
  const start = (orders: readonly Order[], options: Partial<AcpOptions> = {}) => session.delegate(actor({ turns: [orders] }, options),
    { goal: 'x' });
  const raw = (value: unknown): Order => ({ raw: `${typeof value === 'string' ? value : JSON.stringify(value)}\n` });

  it('should be counted where they cannot be read, and end nothing', async () => {
    const task = start([
      raw('a log line'), raw('[1]'), raw('null'), raw({ jsonrpc: '2.0', id: 99, result: {} }), raw({ jsonrpc: '2.0',
        method: 'session/update', params: 5 }),
      { oversized: 3_000 }, { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'still ' } } },
      raw({ jsonrpc: '2.0', id: 1, error: 'again' }), { say: 'here' },
    ], { maxMessageLength: 2_000 });
    expect(await collect(task)).toBe('still here');
    expect(task.snapshot().preview.at(-1)).toBe('[messages of the agent left out: 6 malformed, 1 oversized]');
  });

  it('should be ignored and counted where they are unknown, but for extensions', async () => {
    const task = start([
      { update: { sessionUpdate: 'agent_dream', what: 'sheep' } }, { notify: 'session/mood' }, { notify: '_vendor/mood' },
      { notify: 'qwen/notify/mood' },
      { update: { sessionUpdate: 'available_commands_update', availableCommands: [] } }, { say: 'done' },
    ]);
    expect(await collect(task)).toBe('done');
    expect(task.snapshot().preview).toEqual(['done', '[messages of the agent left out: 2 unknown]']);
  });

  it('should be answered where they ask for what is not offered', async () => {
    const asked = ['terminal/create', 'fs/read_text_file', '_vendor/ask', 'session/dance'];
    const task = start(asked.map((method) => ({ request: { method, params: {} } })));
    const answers = (await collect(task)).split('\n').map((each) => JSON.parse(each) as unknown);
    expect(answers).toMatchObject(asked.map(() => ({ code: -32601 })));
    expect(task.snapshot().preview.at(-1)).toBe('[messages of the agent left out: 1 unknown]');
  });

  it('should be told of in a failure too', async () => {
    const task = start([raw('Error: no key'), { exit: 1 }]);
    await rejection(collect(task));
    expect(task.snapshot().preview).toEqual(['[a message of the agent could not be read: it is no JSON-RPC message: Error: no key]']);
  });

  it('should not matter that are misshapen updates', async () => {
    const update = (body: unknown): Order => raw({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 'other',
      update: body } });
    const own = (body: object): Order => ({ update: body });
    const task = start([
      update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'of another session' } }),
      own({ sessionUpdate: 'agent_message_chunk' }), own({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 7 } }),
      own({ sessionUpdate: 'tool_call' }), own({ sessionUpdate: 'tool_call', toolCallId: 'a', title: 7, locations: [null, {}],
        status: 'x' }),
      own({ sessionUpdate: 'plan', entries: [null, { content: 5 }] }), own({ sessionUpdate: 'plan' }),
      own({ sessionUpdate: 'usage_update', cost: { amount: -1, currency: 'USD' } }), own({ sessionUpdate: '__proto__' }), { say: 'done' },
    ]);
    expect(await collect(task)).toBe('done');
    expect(task.snapshot().preview).toEqual(['done', '[messages of the agent left out: 1 unknown]']);
  });

  it('should come through where there are many of them', async () => {
    const answer = await collect(start([{ sayMany: [4_000, 1_000] }]));
    expect(answer).toMatch(/^\[… 3000000 characters left out …\]\nx+$/);
  });
});
