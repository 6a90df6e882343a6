import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { filter, firstValueFrom, lastValueFrom, tap, toArray } from 'rxjs';
import { z } from 'zod';
import { model } from '../../../src/agents/model/index.js';
import { collect, createSession, run } from '../../../src/index.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { turns } from '../../support/turns.js';
import { createRawServer } from './support/createRawServer.js';
import { loopback } from './support/loopback.js';
import { eventsOf, setUp } from './support/setUp.js';
import { until } from '../../support/until.js';
import { createVirtualTime } from '../../support/virtualTime.js';

const add = tool({
  description: 'Adds two numbers.',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});
const fail = tool({
  description: 'Fails.', inputSchema: z.object({}), execute: (): string => { throw new Error('out of\npaper'); },
});

/** Streams these pieces of an answer, each after a pause, and then an answer in words. */
async function sendSlowly(response: ServerResponse, deltas: readonly object[], pause: () => Promise<void>): Promise<void> {
  const send = (delta: object, finish_reason: string | null = null): void => {
    response.write(`data: ${JSON.stringify({ id: '1', model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const delta of deltas) {
    await pause();
    send(delta);
  }
  const calls = JSON.stringify(deltas).includes('tool_calls');
  if (!calls) send({ content: 'done' });
  send({}, calls ? 'tool_calls' : 'stop');
  response.end('data: [DONE]\n\n');
}

describe('model', () => {
  it('should put out its text token by token, then its usage, its step and its result', async () => {
    await using stage = await setUp(inTurn({ say: ['Four', ' is', ' it'] }));
    const outputs = await lastValueFrom(run(stage.agent(), { goal: 'answer' }).pipe(toArray()));

    expect(outputs).toEqual([
      { type: 'text', text: 'Four' }, { type: 'text', text: ' is' }, { type: 'text', text: ' it' },
      { type: 'usage', inputTokens: 10, outputTokens: 5 }, { type: 'step' }, { type: 'result', value: 'Four is it' },
    ]);
  });

  it('should hand a token on before the next one is there', async () => {
    let goOn = (): void => undefined;
    const seen = new Promise<void>((resolve) => { goOn = resolve; });
    async function* say() {
      yield 'one';
      await seen;
      yield ' two';
    }
    await using stage = await setUp(() => ({ say: say() }));
    const texts: string[] = [];
    await lastValueFrom(run(stage.agent(), { goal: 'answer' }).pipe(tap((output) => {
      if (output.type !== 'text') return;
      texts.push(output.text);
      goOn();
    })));

    expect(texts).toEqual(['one', ' two']);
  });

  it('should ask with the goal, what is known beforehand, the system prompt and the settings', async () => {
    await using stage = await setUp(inTurn({ say: 'ok' }));
    const { start, server } = stage;
    await collect(start(
      { system: 'Be short.', temperature: 0.5, maxOutputTokens: 99, headers: { 'x-team': 'a' } },
      { goal: 'Count.', context: 'There are two.' },
    ));
    const [{ messages, body, headers, tools }] = server.visits as [typeof server.visits[number]];

    expect(messages.map((message) => [message.role, wordsOf(message)])).toEqual([
      ['system', 'Be short.'], ['user', 'Count.\n\nWhat you should know beforehand:\nThere are two.'],
    ]);
    expect(body).toMatchObject({ temperature: 0.5, max_tokens: 99, stream: true });
    expect(headers['x-team']).toBe('a');
    expect(tools).toEqual([]);
  });

  it('should tell of tool calls, keep lines apart that they stand between, and answer with the last step only', async () => {
    await using stage = await setUp(inTurn(
      { say: ['I will', ' add'], call: [{ name: 'add', input: { a: 2, b: 3 } }] },
      { say: 'Five' },
    ));
    const task = stage.start({ toolsets: { math: { add } } });

    expect(await collect(task)).toBe('Five');
    expect(task.snapshot().preview).toEqual(['I will add', 'Five']);
    const events = await eventsOf(task);
    expect(events.map(({ type }) => type)).toEqual([
      'started', 'line', 'tool', 'tool', 'usage', 'step', 'usage', 'step', 'line', 'completed',
    ]);
    expect(events.filter(({ type }) => type === 'tool')).toMatchObject([
      { name: 'add', state: 'started', detail: '{"a":2,"b":3}' }, { name: 'add', state: 'ended', detail: '5' },
    ]);
    expect(stage.server.visits[1]!.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: 'I will add', tool_calls: [{ function: { name: 'add' } }] },
      { role: 'tool', content: '5' },
    ]);
  });

  it('should give the failure of a tool, an unknown tool and broken input back to the model', async () => {
    await using stage = await setUp(inTurn(
      { call: [{ name: 'fail' }, { name: 'nope' }, { name: 'add', input: '{"a":' }] },
      { say: 'I see' },
    ));
    const task = stage.start({ toolsets: { math: { add, fail } } });

    expect(await collect(task)).toBe('I see');
    const answers = stage.server.visits[1]!.messages.filter(({ role }) => role === 'tool').map(wordsOf);
    expect(answers).toHaveLength(3);
    for (const words of ['out of\npaper', 'nope', 'Invalid input']) expect(answers.join('; ')).toContain(words);
    const ended = (await eventsOf(task)).filter((event) => event.type === 'tool' && event.state === 'ended');
    expect(ended).toHaveLength(3);
    expect(ended).toContainEqual(expect.objectContaining({ name: 'fail', detail: 'failed: out of paper' }));
  });

  class Row { constructor(readonly id: number) {} }
  const circle: Record<string, unknown> = { a: 1 };
  circle['self'] = circle;

  it.each<[string, unknown, unknown]>([
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['what is left out', { a: undefined, b: 1 }, { b: 1 }],
    ['a bigint', { nested: { b: 10n } }, { nested: { b: '10' } }],
    ['NaN', { x: Number.NaN }, { x: null }],
    ['bytes', { x: Buffer.from('a') }, { x: '[1 bytes]' }],
    ['an object of a class', new Row(7), { id: 7 }],
    ['an error', { e: new Error('no paper') }, { e: 'Error: no paper' }],
    ['a map', new Map([['a', 1]]), [['a', 1]]],
    ['a function', () => 1, null],
    ['a circle', circle, 'The result cannot be shown as JSON.'],
  ])('should make JSON of whatever a tool answers: %s', async (_, value, expected) => {
    const query = tool({ description: 'Asks.', inputSchema: z.object({}), execute: () => Promise.resolve(value) });
    await using stage = await setUp(inTurn({ call: [{ name: 'query' }] }, { call: [{ name: 'query' }] }, { say: 'I see' }));

    expect(await collect(stage.start({ toolsets: { data: { query } } }))).toBe('I see');
    const { messages } = stage.server.visits[2]!;
    const [answer] = messages.filter(({ role }) => role === 'tool').map(wordsOf);
    expect(typeof expected === 'string' ? answer : JSON.parse(answer!)).toEqual(expected);
  });

  it('should make JSON of the last part of a tool that answers in parts', async () => {
    const query = tool({
      description: 'Asks.', inputSchema: z.object({}), async *execute() { yield { n: 1n }; await turns(1); yield { n: 2n }; },
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'query' }] }, { say: 'I see' }));
    const task = stage.start({ toolsets: { data: { query } } });

    expect(await collect(task)).toBe('I see');
    expect(wordsOf(stage.server.visits[1]!.messages.at(-1)!)).toBe('{"n":"2"}');
    expect((await eventsOf(task)).filter(({ type }) => type === 'tool')).toMatchObject([{ state: 'started' }, { detail: '{"n":"2"}' }]);
  });

  it('should give a tool that tells the model by itself what it answered as it was', async () => {
    const query = tool({
      description: 'Asks.',
      inputSchema: z.object({}),
      execute: () => new Date(0),
      toModelOutput: ({ output }) => ({ type: 'json', value: { year: output.getUTCFullYear(), at: output as never } }),
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'query' }] }, { say: 'I see' }));

    expect(await collect(stage.start({ toolsets: { data: { query } } }))).toBe('I see');
    expect(JSON.parse(wordsOf(stage.server.visits[1]!.messages.at(-1)!))).toEqual({ year: 1970, at: '1970-01-01T00:00:00.000Z' });
  });

  it('should say which call it is, at its beginning and at its end', async () => {
    await using stage = await setUp(inTurn({ call: [1, 2].map((a) => ({ name: 'add', input: { a, b: 0 } })) }, { say: 'ok' }));
    const events = (await eventsOf(stage.start({ toolsets: { math: { add } } }))).filter((event) => event.type === 'tool');

    const idOf = (state: string, detail: string) => events.find((event) => event.state === state && event.detail === detail)!.callId;
    expect(idOf('started', '{"a":1,"b":0}')).toMatch(/./);
    expect(idOf('ended', '1')).toBe(idOf('started', '{"a":1,"b":0}'));
    expect(idOf('ended', '2')).toBe(idOf('started', '{"a":2,"b":0}'));
    expect(idOf('ended', '1')).not.toBe(idOf('ended', '2'));
  });

  const reasoning = Array.from({ length: 8 }, (_, n) => ({ reasoning_content: `hm ${n}` }));
  const writing = Array.from({ length: 8 }, (_, n) => ({
    tool_calls: [{
      index: 0,
      ...(n === 0 ? { id: 'c', type: 'function' } : {}),
      function: { ...(n === 0 ? { name: 'write' } : {}), arguments: n === 0 ? '{"words":"' : n === 7 ? '"}' : 'x' },
    }],
  }));

  it.each([
    ['reasons', reasoning], ['writes a long tool call', writing],
  ])('should not be taken for stalled while it %s', async (_, deltas) => {
    const { scheduler, advance } = createVirtualTime();
    // Goes on when what was sent before has come.
    const pause = async (): Promise<void> => {
      await until(() => task.snapshot().lastActivityAt === scheduler.now());
      advance(100);
    };
    await using server = await createRawServer((_request, response) => {
      void sendSlowly(response, server.requests > 1 && 'tool_calls' in deltas[0]! ? [] : deltas, pause);
    });
    await using session = createSession({ scheduler, idleTimeout: 400 });
    const write = tool({ description: 'Writes.', inputSchema: z.object({ words: z.string() }), execute: () => 'ok' });
    const task = session.delegate(model({ model: loopback(server), toolsets: { some: { write } } }), { goal: 'x' });
    const warnings: string[] = [];
    task.events.subscribe((event) => { if (event.type === 'warning') warnings.push(event.message); });

    expect(await collect(task)).toBe('done');
    expect(warnings).toEqual([]);
    expect(task.snapshot().preview).toEqual(['done']);
  });

  it('should add up usage, and what it costs by the model', async () => {
    await using stage = await setUp(inTurn(
      { call: [{ name: 'add', input: { a: 1, b: 1 } }], usage: { input: 100, output: 10 } },
      { say: 'Two', usage: { input: 200, output: 20 } },
    ));
    const asked: string[] = [];
    const task = stage.start({
      toolsets: { math: { add } },
      cost: ({ inputTokens = 0, outputTokens = 0 }, id) => {
        asked.push(id);
        return (inputTokens + 4 * outputTokens) / 1_000;
      },
    });
    await collect(task);

    expect(task.snapshot().usage).toMatchObject({ inputTokens: 300, outputTokens: 30 });
    expect(task.snapshot().usage!.costUsd).toBeCloseTo(0.42);
    expect(asked).toEqual(['loopback', 'loopback']);
  });

  it('should fail with a sentence where the cost is no number', async () => {
    await using stage = await setUp(inTurn({ say: 'ok' }));
    await expect(collect(stage.start({ cost: () => Number.NaN })))
      .rejects.toThrow('Expected `cost` to answer a number of US dollars from 0, got NaN.');
  });

  it('should show what went into a tool and came out of it in one short line', async () => {
    await using stage = await setUp(inTurn({ call: [{ name: 'long', input: { text: 'a'.repeat(500) } }] }, { say: 'ok' }));
    const long = tool({
      description: 'Long.', inputSchema: z.object({ text: z.string() }), execute: () => 'b\n'.repeat(500),
    });
    const task = stage.start({ toolsets: { some: { long } } });
    const details = (await eventsOf(task)).flatMap((event) => event.type === 'tool' ? [event.detail ?? ''] : []);

    expect(details).toHaveLength(2);
    for (const detail of details) {
      expect(detail.length).toBeLessThanOrEqual(200);
      expect(detail).toMatch(/^[^\n]*… \[\+\d+\]$/);
    }
  });

  it('should keep a text alive that many read, each at its own pace', async () => {
    await using stage = await setUp(inTurn({ say: Array.from({ length: 300 }, (_, n) => `${n}\n`) }));
    const task = stage.start();
    const first = await firstValueFrom(task.events.pipe(filter((event) => event.type === 'line')));

    expect(first).toMatchObject({ text: '0' });
    expect(await collect(task)).toHaveLength(10 * 2 + 90 * 3 + 200 * 4);
    expect(task.snapshot(Infinity).preview.at(-1)).toBe('299');
  });

  it('should be an agent whose runs are apart', async () => {
    await using stage = await setUp(({ messages }) => ({ say: `re: ${wordsOf(messages[0]!)}` }));
    const agent = stage.agent();
    const tasks = ['a', 'b', 'c'].map((goal) => stage.session.delegate(agent, { goal }));

    expect(await Promise.all(tasks.map((task) => collect(task)))).toEqual(['re: a', 're: b', 're: c']);
    expect(tasks.map(({ id }) => id.replace(/-.*/, ''))).toEqual(['model', 'model', 'model']);
  });
});
