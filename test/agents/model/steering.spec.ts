import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { collect, lines, run } from '../../../src/index.js';
import type { ModelRequest, Turn } from '../../support/modelServer/script.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { turns } from '../../support/turns.js';
import { providerOf } from './support/loopback.js';
import { eventsOf, setUp } from './support/setUp.js';

const look = { look: tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' }) };
const rolesOf = ({ messages }: ModelRequest): readonly string[] =>
  messages.map((message) => message.role === 'user' ? wordsOf(message) : message.role);

describe('steering a model', () => {
  it('should reach it at the next step, and stay where it was said in every step after that', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 0) task.steer('only src');
      if (index === 2) task.steer('and tests');
      return index < 4 ? { call: [{ name: 'look' }] } : { say: 'done' };
    });
    const task = stage.start({ toolsets: { eyes: look } });

    expect(await collect(task)).toBe('done');
    const round = ['assistant', 'tool'];
    expect(stage.server.visits.map(rolesOf)).toEqual([
      ['answer'],
      ['answer', ...round, 'only src'],
      ['answer', ...round, 'only src', ...round],
      ['answer', ...round, 'only src', ...round, ...round, 'and tests'],
      ['answer', ...round, 'only src', ...round, ...round, 'and tests', ...round],
    ]);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
  });

  it('should say at which step it was delivered, by the order of the events', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 1) task.steer('only src');
      return index < 3 ? { call: [{ name: 'look' }] } : { say: 'done' };
    });
    const task = stage.start({ toolsets: { eyes: look } });
    const events = (await eventsOf(task)).filter(({ type }) => type === 'steered' || type === 'step');

    expect(events.map((event) => event.type === 'steered' ? event.state : event.type))
      .toEqual(['step', 'queued', 'step', 'delivered', 'step', 'step']);
  });

  it('should read queued while a step goes on, and delivered only when a request goes out with it', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => { release = resolve; });
    async function* say() {
      yield 'thinking\n';
      await held;
    }
    await using stage = await setUp(({ index }) => index === 0 ? { say: say(), call: [{ name: 'look' }] } : { say: 'done' });
    const task = stage.start({ toolsets: { eyes: look } });
    await firstValueFrom(task.events.pipe(lines()));
    const receipt = task.steer('only src');

    expect(receipt.state).toBe('queued');
    expect(stage.server.visits).toHaveLength(1);
    release();
    expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
    await collect(task);
    expect(rolesOf(stage.server.visits[1]!)).toEqual(['answer', 'assistant', 'tool', 'only src']);
  });

  it('should go into the first request where it came before it', async () => {
    await using stage = await setUp(inTurn({ say: 'done' }));
    const task = stage.session.delegate(stage.agent(), { goal: 'a' });
    await collect(task);
    const steered = run(stage.agent(), { goal: 'b' }, { steering: ['at once'] });

    await firstValueFrom(steered.pipe(lines()));
    expect(stage.server.visits.map(rolesOf)).toEqual([['a'], ['b', 'at once']]);
  });

  it('should go into the first request where it came in the frame of the start', async () => {
    await using stage = await setUp(inTurn({ say: 'done' }));
    const task = stage.start();
    task.steer('only src');

    expect(await collect(task)).toBe('done');
    expect(stage.server.visits.map(rolesOf)).toEqual([['answer', 'only src']]);
  });

  it('should go into the next attempt where it came in a pause', async () => {
    await using stage = await setUp(inTurn({ status: 503, headers: { 'retry-after-ms': '100' } }, { say: 'done' }));
    const task = stage.start({ maxRetries: 1 });
    await firstValueFrom(task.events.pipe(lines()));
    task.steer('only src');

    expect(await collect(task)).toBe('done');
    expect(stage.server.visits.map(rolesOf)).toEqual([['answer'], ['answer', 'only src']]);
  });

  it('should leave the answer as it was where the model has nothing more to say', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 0) task.steer('thanks');
      return index === 0 ? { say: 'src is fine' } : {};
    });
    const task = stage.start();

    expect(await collect(task)).toBe('src is fine');
    expect(stage.server.visits).toHaveLength(2);
    expect(task.snapshot()).toMatchObject({ status: 'completed', steering: { delivered: 1 } });
  });

  it('should make one more step of a message that came during the last one', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 0) task.steer('and the tests?');
      return { say: index === 0 ? 'src is fine' : 'the tests too' };
    });
    const task = stage.start();

    expect(await collect(task)).toBe('the tests too');
    expect(rolesOf(stage.server.visits[1]!)).toEqual(['answer', 'assistant', 'and the tests?']);
    expect(task.snapshot()).toMatchObject({ steering: { delivered: 1, missed: 0 }, preview: ['src is fine', 'the tests too'] });
  });

  it('should let it be missed where no step is left', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 0) task.steer('and the tests?');
      return { say: 'src is fine' };
    });
    const task = stage.start({ maxSteps: 1 });

    expect(await collect(task)).toBe('src is fine');
    expect(stage.server.visits).toHaveLength(1);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 1 });
  });

  it('should let it be missed where the step fails', async () => {
    await using stage = await setUp(() => {
      task.steer('and the tests?');
      return { status: 500 };
    });
    const task = stage.start();
    await eventsOf(task);

    expect(task.snapshot()).toMatchObject({ status: 'failed', steering: { delivered: 0, missed: 1 } });
  });

  describe('with a request that is not answered to its end', () => {
    it.each<[string, Turn]>([
      ['is refused', { status: 500 }],
      ['is cut in the middle', { say: ['a', 'b'], then: 'cut' }],
      ['ends without an end', { say: 'a', then: 'end' }],
      ['breaks by an error', { say: 'a', then: 'error' }],
      ['is cut off by a limit', { say: 'a', finish: 'length' }],
    ])('should be missed where it %s', async (_, turn) => {
      await using stage = await setUp(inTurn(turn));
      const task = stage.start();
      const receipt = task.steer('only src');
      const states = (await eventsOf(task)).map((event) => event.type === 'steered' ? `${event.state} ${event.reason ?? ''}` : event.type);

      expect(rolesOf(stage.server.visits[0]!)).toEqual(['answer', 'only src']);
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'failed' });
      expect(states.filter((each) => each.includes(' '))).toEqual(['queued ', 'missed failed']);
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 1 });
    });

    it.each<[string, Turn]>([['before a word came', { then: 'hang' }], ['in the middle', { say: 'thinking\n', then: 'hang' }]])(
      'should be queued, and missed where that is cancelled %s', async (_, turn) => {
        await using stage = await setUp(inTurn(turn));
        const task = stage.start();
        const receipt = task.steer('only src');
        await stage.server.until(() => stage.server.open === 1);
        if ('say' in turn) await firstValueFrom(task.events.pipe(lines()));

        expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
        task.cancel();
        expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'cancelled' });
      },
    );

    it('should be carried again by the next attempt, with what came in between, and delivered once', async () => {
      const again = { status: 503, headers: { 'retry-after-ms': '1' } };
      await using stage = await setUp(({ index }) => {
        if (index === 1) task.steer('and tests');
        return index < 2 ? again : { say: 'done' };
      });
      const task = stage.start({ maxRetries: 2 });
      task.steer('only src');
      const states = (await eventsOf(task)).flatMap((event) => event.type === 'steered' ? [`${event.text} ${event.state}`] : []);

      expect(stage.server.visits.map(rolesOf)).toEqual([
        ['answer', 'only src'], ['answer', 'only src'], ['answer', 'only src', 'and tests'],
      ]);
      expect(states).toEqual(['only src queued', 'and tests queued', 'only src delivered', 'and tests delivered']);
    });
  });

  it('should be delivered when the model has answered, also while a tool that it called is still at work', async () => {
    const finish: (() => void)[] = [];
    const slow = tool({
      description: 'Takes its time.', inputSchema: z.object({}),
      execute: () => new Promise<string>((resolve) => { finish.push(() => { resolve('late'); }); }),
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'slow' }] }));
    const task = stage.start({ toolsets: { some: { slow } } });
    const receipt = task.steer('only src');

    expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
    while (finish.length === 0) await turns(1);
    task.cancel();
    finish[0]!();
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 1, missed: 0 });
  });

  it('should be delivered to a model that is but a name, too', async () => {
    await using stage = await setUp(inTurn({ say: 'done' }));
    globalThis.AI_SDK_DEFAULT_PROVIDER = providerOf(stage.server);
    try {
      const task = stage.start({ model: 'loopback' });
      task.steer('only src');
      expect(await collect(task)).toBe('done');
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 1, missed: 0 });
    } finally {
      globalThis.AI_SDK_DEFAULT_PROVIDER = undefined;
    }
  });
});
