import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { firstValueFrom, takeWhile, toArray } from 'rxjs';
import * as z from 'zod';
import { collect, type Task, type TaskEvent } from '../../../src/index.js';
import { rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { setUp } from './support/setUp.js';

const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'nothing' });
const toolsets = { eyes: { look } };
/** Each costs 15 tokens. */
const looks = { say: 'I look.', call: [{ name: 'look' }] };

const until = (task: Task, type: TaskEvent['type']): Promise<readonly TaskEvent[]> =>
  firstValueFrom(task.events.pipe(takeWhile((event) => event.type !== type, true), toArray()));
const ended = (task: Task): Promise<unknown> => firstValueFrom(task.ended);

describe('the budget of a model', () => {
  it('should keep a call from being made that would break it, and keep what was said so far', async () => {
    await using stage = await setUp(inTurn(looks, { say: 'First.\nSecond.', call: [{ name: 'look' }] }, { say: 'never' }));
    const task = stage.session.delegate(stage.agent({ toolsets }), { goal: 'look' }, { budget: { tokens: 44 } });
    expect(await rejection(collect(task))).toMatchObject({
      code: 'budget_exceeded', message: 'loopback was not called again: less is left of a budget than its last call has used.',
    });
    expect(stage.server.visits).toHaveLength(2);
    expect(task.outcome).toMatchObject({ partial: 'First.\nSecond.' });
    expect(task.snapshot()).toMatchObject({ usage: { inputTokens: 20, outputTokens: 10 } });
  });

  it('should be spent to its last token', async () => {
    await using stage = await setUp(inTurn(looks, looks, { say: 'done' }));
    const task = stage.session.delegate(stage.agent({ toolsets }), { goal: 'look' }, { budget: { tokens: 45, steps: 3, toolCalls: 2 } });
    expect(await collect(task)).toBe('done');
    expect(stage.server.visits).toHaveLength(3);
  });

  it.each([
    ['tokens', { tokens: 15 }], ['steps', { steps: 1 }],
    ['dollars', { costUsd: 0.2 }],
  ])('should end it where its %s are used up', async (_, budget) => {
    await using stage = await setUp(inTurn(looks));
    const task = stage.session.delegate(stage.agent({ toolsets, cost: () => 0.2 }), { goal: 'look' }, { budget });
    expect(await rejection(collect(task))).toMatchObject({ code: 'budget_exceeded' });
    expect(stage.server.visits).toHaveLength(1);
    expect(task.outcome).toMatchObject({ partial: 'I look.' });
  });

  it('should keep the whole answer of the call that breaks it', async () => {
    await using stage = await setUp(inTurn({ say: ['One.', '\nTwo.\n'], call: [{ name: 'look' }] }));
    const task = stage.session.delegate(stage.agent({ toolsets }), { goal: 'look' }, { budget: { tokens: 14 } });
    await ended(task);
    expect(task.outcome).toMatchObject({ error: { code: 'budget_exceeded' }, partial: 'One.\nTwo.\n' });
    expect(stage.server.visits).toHaveLength(1);
  });

  it('should refuse the first call where others have spent all, with nothing to show for it', async () => {
    await using stage = await setUp(inTurn(looks), { budget: { steps: 2 } });
    const spent = stage.session.delegate((_brief, _steering, { budget, waitFor }) => {
      budget.reserve({ steps: 2 });
      return waitFor({ reason: 'nothing' }, new Promise<string>(() => undefined));
    }, { goal: 'hold all' });
    const task = stage.start({ toolsets });
    expect(await rejection(collect(task))).toMatchObject({ message: 'loopback was not called: nothing is left of a budget.' });
    expect(task.outcome).not.toHaveProperty('partial');
    expect(stage.server.visits).toHaveLength(0);
    spent.cancel();
    expect(await rejection(collect(stage.start({ toolsets, maxSteps: 1 })))).toMatchObject({ cause: { reason: 'max_steps' } });
  });

  it('should be told at 80 %, in the next request', async () => {
    await using stage = await setUp(({ index }) => index < 2 ? looks : { say: 'what I have' });
    const options = { wrapUp: { message: 'Answer now.' } };
    const task = stage.session.delegate(stage.agent({ toolsets }), { goal: 'look' }, { ...options, budget: { tokens: 18 } });
    await ended(task);
    expect(task.outcome).toMatchObject({ error: { code: 'budget_exceeded' }, partial: 'I look.' });
    expect(task.snapshot().missedSteering).toEqual([{ id: 'wrap-up', text: 'Answer now.' }]);
    const other = stage.session.delegate(stage.agent({ toolsets }), { goal: 'look' }, { ...options, budget: { toolCalls: 1 } });
    expect(await collect(other)).toBe('what I have');
    expect(stage.server.visits.at(-1)!.messages.at(-1)).toMatchObject({ role: 'user', content: 'Answer now.' });
  });

  it('should be one for ten children: at most the calls that were under way are made beyond it', async () => {
    // Of the first call of each nobody knows what it costs; of every other it is reserved.
    await using stage = await setUp(async ({ index }) => {
      if (index < 10) await stage.server.until(() => stage.server.visits.length >= 10);
      return looks;
    }, { budget: { tokens: 400 } });
    const tasks = Array.from({ length: 10 }, () => stage.start({ toolsets, maxSteps: 100 }));
    await Promise.all(tasks.map(ended));
    for (const { outcome } of tasks) expect(outcome).toMatchObject({ error: { code: 'budget_exceeded' }, partial: 'I look.' });
    expect(stage.server.visits.length * 15).toBeLessThanOrEqual(400);
    expect(stage.server.visits.length).toBeGreaterThanOrEqual(20);
  });

  it('should be broken by no more than the call of each that is under way, where all answer at once', async () => {
    let go!: () => void;
    const gate = new Promise<void>((resolve) => { go = resolve; });
    await using stage = await setUp(async () => {
      await gate;
      return looks;
    }, { budget: { tokens: 40 } });
    const tasks = Array.from({ length: 10 }, () => stage.start({ toolsets, maxSteps: 100 }));
    await stage.server.until(() => stage.server.visits.length === 10);
    go();
    await Promise.all(tasks.map(ended));
    expect(stage.server.visits).toHaveLength(10);
    for (const { outcome } of tasks) expect(outcome).toMatchObject({ error: { code: 'budget_exceeded' } });
  });
});

describe('the pause that a provider asks for', () => {
  it('should be waited for while the limits of time stand still, and be seen', async () => {
    await using stage = await setUp(inTurn({ status: 429, headers: { 'retry-after-ms': '600' } }, { say: 'ok' }));
    const task = stage.session.delegate(stage.agent({ maxRetries: 1 }), { goal: 'x' }, { deadline: 500, idleTimeout: 400 });
    const began = Date.now();
    await until(task, 'waiting');
    const { status, waitingFor } = task.snapshot();
    expect({ status, reason: waitingFor?.reason }).toEqual({ status: 'running', reason: 'The provider asks for a pause' });
    expect(waitingFor!.until! - began).toBeGreaterThan(550);
    expect(task.steer('hurry').state).toBe('queued');
    expect(await collect(task)).toBe('ok');
    expect((await until(task, 'completed')).map(({ type }) => type)).toEqual(
      ['started', 'line', 'waiting', 'steered', 'resumed', 'steered', 'usage', 'step', 'line', 'completed'],
    );
    expect(stage.server.visits.at(-1)!.messages.map(({ content }) => content)).toEqual(['x', 'hurry']);
  });

  it('should fail at once where it is longer than `maxPause`', async () => {
    await using stage = await setUp(inTurn({ status: 429, headers: { 'retry-after': '2' } }));
    await expect(collect(stage.start({ maxRetries: 3, maxPause: 1_999 }))).rejects.toMatchObject({ cause: { retryAfter: 2_000 } });
    expect(stage.server.visits).toHaveLength(1);
  });
});
