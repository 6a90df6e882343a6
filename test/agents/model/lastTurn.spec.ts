import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { collect, run, type Task } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { ModelRequest, Turn } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { setUp } from './support/setUp.js';

const call = [{ name: 'look' }];
const looks = { say: 'I look.', call };
let looked = 0;
const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => { looked += 1; return 'seen'; } });
const toolsets = { eyes: { look } };
const ended = (task: Task): Promise<unknown> => firstValueFrom(task.ended);
const isLast = ({ messages }: ModelRequest): boolean => /^\[.*no tool can be called any more\. Sum up now/.test(wordsOf(messages.at(-1)!));

describe('the last turn of a model', () => {
  it('should sum up what there is where its steps are used up, and call no tool', async () => {
    await using stage = await setUp((request) => isLast(request) ? { say: 'Two files seen, one is left.' } : looks);
    const task = stage.start({ toolsets, maxSteps: 2 });
    const error = await rejection(collect(task));

    expect(error).toMatchObject({
      code: 'agent_error',
      message: expect.stringMatching(/^loopback was still calling tools after 2 steps.*kept as its partial result\.$/),
      cause: { reason: 'max_steps' },
    });
    expect(task.outcome).toMatchObject({ type: 'failed', error: { name: 'ModelError' }, partial: 'Two files seen, one is left.' });
    expect(stage.server.visits.map(({ body, tools }) => [body['tool_choice'], tools])).toEqual([
      ['auto', ['look']], ['auto', ['look']], ['none', ['look']],
    ]);
    expect(stage.server.visits.at(-1)!.messages.map(({ role }) => role))
      .toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'user']);
  });

  it('should say so in the tools, too', async () => {
    await using stage = await setUp((request) => isLast(request) ? { say: 'One file.' } : looks);
    const { delegate_task } = createToolset(stage.session, { agents: { reader: stage.agent({ toolsets, maxSteps: 1 }) } });
    expect(await delegate_task.execute({ goal: 'look' })).toMatchObject({
      ok: true, status: 'failed', code: 'agent_error', partial: 'One file.', error: expect.stringContaining('kept as its partial result'),
    });
  });

  it('should have it on the error of a run() that no task stands for', async () => {
    await using stage = await setUp((request) => isLast(request) ? { say: 'One file.' } : looks);
    expect(await rejection(lastValueFrom(run(stage.agent({ toolsets, maxSteps: 1 }), { goal: 'look' }))))
      .toMatchObject({ name: 'ModelError', reason: 'max_steps', partial: 'One file.' });
  });

  it('should run no tool that is called all the same', async () => {
    await using stage = await setUp((request) => isLast(request) ? { say: 'It was fine.', call } : looks);
    looked = 0;
    const task = stage.start({ toolsets, maxSteps: 3 });
    await ended(task);
    expect(looked).toBe(3);
    expect(task.outcome).toMatchObject({ error: { name: 'ModelError' }, partial: 'It was fine.' });
  });

  it.each<[string, Turn, string | undefined]>([
    ['is refused', { status: 400 }, 'I look.'],
    ['breaks', { say: 'half', then: 'cut' }, 'I look.'],
    ['says nothing', {}, 'I look.'],
    ['is cut off', { say: 'Of two', finish: 'length' }, 'Of two'],
  ])('should leave the reason as it was where it %s, and what was said', async (_, turn, partial) => {
    await using stage = await setUp((request) => isLast(request) ? turn : looks);
    const task = stage.start({ toolsets, maxSteps: 1 });
    expect(await rejection(collect(task))).toMatchObject({ cause: { reason: 'max_steps' } });
    expect(task.outcome).toMatchObject({ partial });
    expect(stage.server.visits).toHaveLength(2);
  });

  it('should have nothing where nothing was ever said', async () => {
    await using stage = await setUp((request) => isLast(request) ? {} : { call });
    const task = stage.start({ toolsets, maxSteps: 1 });
    expect(await rejection(collect(task))).toMatchObject({ message: expect.stringMatching(/less at once\.$/) });
    expect(task.outcome).not.toHaveProperty('partial');
  });

  it('should not be made where the budget does not allow it', async () => {
    await using stage = await setUp(inTurn(looks));
    const task = stage.session.delegate(stage.agent({ toolsets, maxSteps: 2 }), { goal: 'look' }, { budget: { tokens: 44 } });
    expect(await rejection(collect(task))).toMatchObject({ cause: { reason: 'max_steps' } });
    expect(task.outcome).toMatchObject({ partial: 'I look.' });
    expect(stage.server.visits).toHaveLength(2);
  });

  it('should carry what it was told meanwhile', async () => {
    await using stage = await setUp((request) => {
      if (request.index === 1) task.steer('be short');
      return isLast(request) || request.index > 1 ? { say: 'Short.' } : looks;
    });
    const task = stage.start({ toolsets, maxSteps: 2 });
    await ended(task);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 1, missed: 0 });
    expect(task.outcome).toMatchObject({ partial: 'Short.' });
  });

  it('should leave nothing open where it is cancelled in the midst of it', async () => {
    await using stage = await setUp((request) => isLast(request) ? { say: 'so far', then: 'hang' } : looks);
    const task = stage.start({ toolsets, maxSteps: 1 });
    await stage.server.until(() => stage.server.visits.length === 2);
    task.cancel('enough');
    await stage.server.until(() => stage.server.open === 0);
    expect(task.outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  });

  describe('after a stop by length', () => {
    it('should have the words that were cut off before it, and be the partial result', async () => {
      await using stage = await setUp((request) => isLast(request)
        ? { say: 'In short: fine.' }
        : { say: 'First of all', finish: 'length' });
      const task = stage.start();
      expect(await rejection(collect(task))).toMatchObject({
        message: expect.stringMatching(/cut off by its length limit.*partial result\.$/), cause: { reason: 'length' },
      });
      expect(task.outcome).toMatchObject({ partial: 'In short: fine.' });
      expect(stage.server.visits[1]!.messages.slice(0, 2).map(wordsOf)).toEqual(['answer', 'First of all']);
      expect(task.snapshot().preview).toEqual(['First of all', 'In short: fine.']);
    });

    it('should not be made twice, and keep the last words that were cut off', async () => {
      await using stage = await setUp(({ index }) => ({ say: `part ${index}`, finish: 'length' }));
      const task = stage.start();
      await ended(task);
      expect(stage.server.visits).toHaveLength(2);
      expect(task.outcome).toMatchObject({ partial: 'part 1' });
    });

    it('should not be confused by a call that was cut off', async () => {
      const cut: Turn = { say: 'I look.', call: [{ name: 'look', input: '{"where": "s' }], finish: 'length' };
      await using stage = await setUp((request) => isLast(request) ? { say: 'Nothing yet.' } : cut);
      const task = stage.start({ toolsets });
      expect(await rejection(collect(task))).toMatchObject({ cause: { reason: 'length' } });
      expect(task.outcome).toMatchObject({ partial: 'Nothing yet.' });
    });
  });
});
