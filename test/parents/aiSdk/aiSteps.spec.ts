import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { aiSteps, type AiSteps } from '../../../src/parents/aiSdk/index.js';
import type { ChatMessage, ModelRequest, Turn } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { turns } from '../../support/turns.js';
import { setUp, type Way } from './support/setUp.js';

const WAYS: readonly Way[] = ['generateText', 'streamText'];

const LIST: Turn = { call: [{ name: 'list_tasks', input: {} }] };

const isNews = (message: ChatMessage): boolean => message.role === 'user' && /has ended|have ended/.test(wordsOf(message));

/** What a request says has ended, by the goals. */
const goalsIn = ({ messages }: Pick<ModelRequest, 'messages'>): string[] =>
  messages.filter(isNews).flatMap((message) => [...wordsOf(message).matchAll(/"goal":"(.*?)"/g)].map(([, goal = '']) => goal));

const rolesOf = ({ messages }: ModelRequest): string => messages.map((message) => isNews(message) ? 'NEWS' : message.role).join(' ');

describe.each(WAYS)('aiSteps in %s', (way) => {
  it('should tell at the next boundary what has ended, and keep it at its place for the whole call', async () => {
    await using own = await setUp(async ({ index }, { end }) => {
      if (index === 0) await end('one');
      return index < 3 ? LIST : { say: 'done' };
    });
    expect((await own.ask(way)).text).toBe('done');
    expect(own.server.visits.map(rolesOf)).toEqual([
      'user',
      'user assistant tool NEWS',
      'user assistant tool NEWS assistant tool',
      'user assistant tool NEWS assistant tool assistant tool',
    ]);
    expect(goalsIn(own.server.visits.at(-1)!)).toEqual(['one']);
    expect(own.inbox.waiting).toBe(0);
    // Told, and not merely in hand.
    expect(own.session.unheard()).toEqual([]);
  });

  it('should tell a burst in one message, and what ends later in another, each at its place', async () => {
    await using own = await setUp(async ({ index }, { end }) => {
      if (index === 0) await Promise.all([end('one'), end('two')]);
      if (index === 1) await end('three');
      return index < 3 ? LIST : { say: 'done' };
    });
    await own.ask(way);
    expect(own.server.visits.slice(1).map(goalsIn)).toEqual([['one', 'two'], ['one', 'two', 'three'], ['one', 'two', 'three']]);
    expect(rolesOf(own.server.visits.at(-1)!)).toBe('user assistant tool NEWS assistant tool NEWS assistant tool');
  });

  it('should tell before the first step what ended while nobody asked, and count it as told by a call of one step', async () => {
    await using own = await setUp(() => ({ say: 'I have heard.' }));
    await own.end('one');
    expect(own.inbox.waiting).toBe(1);
    await own.ask(way);
    await own.ask(way);
    expect(own.server.visits.map(goalsIn)).toEqual([['one'], []]);
    expect(own.session.unheard()).toEqual([]);
  });

  it('should not tell what a collect has told', async () => {
    await using own = await setUp(({ index }, { session }) => {
      const { taskId: task_id } = session.list()[0] ?? { taskId: '' };
      switch (index) {
        case 0: return { call: [{ name: 'delegate_task_async', input: { goal: 'one' } }] };
        case 1: return { call: [{ name: 'cancel_task', input: { task_id } }, { name: 'collect_task', input: { task_id, timeout: 5 } }] };
        default: return { say: 'done' };
      }
    });
    await own.ask(way);
    expect(own.server.visits).toHaveLength(3);
    expect(own.server.visits.flatMap(goalsIn)).toEqual([]);
    expect(own.inbox.waiting).toBe(0);
  });

  it.each([
    ['is refused', { status: 400 }],
    ['fails so that it might be tried again, but is not', { status: 500 }],
  ] satisfies [string, Turn][])('should tell it again where the request %s', async (_, failure) => {
    await using own = await setUp(({ index }) => index === 0 ? failure : { say: 'I have heard.' });
    await own.end('one');
    await expect(own.ask(way)).rejects.toThrow();
    if (failure.status === 400) expect(own.inbox.waiting).toBe(1);
    await own.ask(way);
    await own.ask(way);
    expect(own.server.visits.map(goalsIn)).toEqual([['one'], ['one'], []]);
  });

  it('should count it as told where the SDK tried again and was answered', async () => {
    await using own = await setUp(({ index }) =>
      index === 0 ? { status: 500, headers: { 'retry-after-ms': '5' } } : { say: 'I have heard.' });
    await own.end('one');
    await own.ask(way, { maxRetries: 1 });
    expect(own.session.unheard()).toEqual([]);
    await own.ask(way);
    expect(own.server.visits.map(goalsIn)).toEqual([['one'], ['one'], []]);
  });

  it('should tell again in a later step what a refused one did not tell', async () => {
    await using own = await setUp(async ({ index }, { end }) => {
      if (index === 0) await end('one');
      return [LIST, { status: 400 }, { say: 'done' }][index]!;
    });
    await own.ask(way).catch(() => undefined);
    await own.ask(way);
    expect(own.server.visits.map(goalsIn)).toEqual([[], ['one'], ['one']]);
    expect(own.inbox.waiting).toBe(0);
  });

  it('should tell it again where the call was aborted before the answer', async () => {
    await using own = await setUp(({ index }) => index === 0 ? { then: 'hang' } : { say: 'I have heard.' });
    await own.end('one');
    const controller = new AbortController();
    const over = own.ask(way, { signal: controller.signal }).then(() => 'answered', () => 'aborted');
    await own.server.until(() => own.server.visits.length === 1);
    if (way === 'streamText') await new Promise((resolve) => { setTimeout(resolve, 20); });
    controller.abort();
    expect(await over).toBe('aborted');
    await turns();
    expect(own.inbox.waiting).toBe(1);
    await own.ask(way);
    expect(own.server.visits.map(goalsIn)).toEqual([['one'], ['one']]);
  });

  it('should put steering before what has ended, and keep it too', async () => {
    const steering = new Subject<string>();
    await using own = await setUp(async ({ index }, { end }) => {
      if (index === 0) {
        steering.next('only this year');
        steering.next('and briefly');
        await end('one');
      }
      return index < 2 ? LIST : { say: 'done' };
    }, { steering });
    await own.ask(way);
    const told = own.server.visits.at(-1)!.messages.filter(({ role }) => role === 'user');
    expect(told.map((message) => wordsOf(message).split('\n')[0])).toEqual([
      'Go on.', 'only this year', 'and briefly', 'A background task has ended.',
    ]);
  });

  it('should take steering from a function at each boundary, and give it again where the request was refused', async () => {
    const waiting = [['one'], [], ['two']];
    const steering = () => waiting.shift() ?? [];
    await using own = await setUp(({ index }) => [{ status: 400 }, LIST, { say: 'done' }][index]!, { steering });
    await own.ask(way).catch(() => undefined);
    await own.ask(way);
    const told = own.server.visits.map(({ messages }) => messages.filter(({ role }) => role === 'user').slice(1).map(wordsOf));
    expect(told).toEqual([['one'], ['one'], ['one', 'two']]);
  });

  it('should give the history of a call with what was told at its place', async () => {
    await using own = await setUp(async ({ index }, { end }) => {
      if (index <= 1) await end(`number ${index}`);
      return index < 3 ? LIST : { say: 'done' };
    });
    const messages = [{ role: 'user' as const, content: 'Go on.' }];
    const { steps } = await own.ask(way, { messages });
    const added = own.steps.history(steps);
    expect(added.map(({ role }) => role).join(' ')).toBe('assistant tool user assistant tool user assistant tool assistant');
    await own.ask(way, { messages: [...messages, ...added, { role: 'user', content: 'And now?' }] });
    expect(goalsIn(own.server.visits.at(-1)!)).toEqual(['number 0', 'number 1']);
    expect(own.steps.history([])).toEqual([]);
  });

  it('should tell one of two calls that overlap, and each its own', async () => {
    await using own = await setUp(async ({ index, messages }, { end }) => {
      if (index === 1) await end('one');
      await new Promise((resolve) => { setTimeout(resolve, 5); });
      return messages.length < 6 ? LIST : { say: 'done' };
    });
    await Promise.all([own.ask(way), own.ask(way)]);
    const last = own.server.visits.filter(({ messages }) => messages.length >= 6);
    expect(last.flatMap(goalsIn)).toEqual(['one']);
    expect(own.inbox.waiting).toBe(0);
  });

  it('should be part of a prepareStep of one’s own', async () => {
    await using own = await setUp(() => ({ say: 'done' }));
    await own.end('one');
    const mine = (async (step: Parameters<AiSteps>[0]) => (
      { ...await own.steps(step), toolChoice: 'none' as const }
    )) as unknown as AiSteps;
    await own.ask(way, { prepareStep: mine });
    expect(goalsIn(own.server.visits[0]!)).toEqual(['one']);
    expect(own.server.visits[0]!.body['tool_choice']).toBe('none');
  });
});

describe('aiSteps in a stream', () => {
  it('should tell it again where the stream was cut', async () => {
    await using own = await setUp(({ index }) => index === 0 ? { say: ['I ', 'ha'], then: 'cut' } : { say: 'I have heard.' });
    await own.end('one');
    await own.ask('streamText').catch(() => undefined);
    await own.ask('streamText');
    await own.ask('streamText');
    expect(own.server.visits.map(goalsIn)).toEqual([['one'], ['one'], []]);
  });
});

describe('aiSteps', () => {
  it('should tell it once in a step that is prepared again after its request failed', async () => {
    await using own = await setUp(() => ({ say: 'done' }));
    await own.end('one');
    const model = { doGenerate: async () => { throw new Error('refused'); } } as never;
    const step = { steps: [], model, messages: [{ role: 'user' as const, content: 'Go on.' }] };
    const { model: given } = own.steps(step) as unknown as { model: { doGenerate(): Promise<unknown> } };
    await expect(given.doGenerate()).rejects.toThrow('refused');
    expect((await own.steps(step)).messages).toEqual([
      { role: 'user', content: 'Go on.' }, { role: 'user', content: expect.stringContaining('A background task has ended.') },
    ]);
  });

  it('should refuse what it cannot use, with a sentence', () => {
    const inbox = { turn: () => undefined } as never;
    expect(() => aiSteps(undefined as never)).toThrow('Expected `inbox` to be an inbox, got undefined.');
    expect(() => aiSteps(inbox, { steering: 7 } as never)).toThrow('Expected `steering` to be a stream of messages, or a function');
    expect(() => aiSteps(inbox, { steer: [] } as never)).toThrow('Unknown field `steer` in the options of aiSteps. Expected: steering.');
  });
});
