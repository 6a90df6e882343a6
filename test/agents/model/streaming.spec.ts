import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { filter, firstValueFrom, lastValueFrom, tap, toArray } from 'rxjs';
import { z } from 'zod';
import { collect, run } from '../../../src/index.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { eventsOf, setUp } from './support/setUp.js';

const add = tool({
  description: 'Adds two numbers.',
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});
const fail = tool({
  description: 'Fails.', inputSchema: z.object({}), execute: (): string => { throw new Error('out of\npaper'); },
});

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
      expect(detail).toHaveLength(200);
      expect(detail).toMatch(/^[^\n]*…$/);
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
