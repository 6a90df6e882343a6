import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { z } from 'zod';
import { collect } from '../../../src/index.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { Turn } from '../../support/modelServer/script.js';
import { setUp } from './support/setUp.js';

const look = { look: tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' }) };
const call = [{ name: 'look' }];

describe('the result of a model', () => {
  it.each<[string, readonly [Turn, ...Turn[]], string]>([
    ['nothing', [{ say: 'src is fine', call }, {}], 'src is fine'],
    ['blanks', [{ say: 'src is fine', call }, { say: [' ', '\n'] }], 'src is fine'],
    ['nothing, twice', [{ say: 'one', call }, { say: 'two', call }, { call }, {}], 'two'],
    ['its answer', [{ say: 'let me see', call }, { say: 'src is fine' }], 'src is fine'],
  ])('should be the last text that is not blank where its last message is %s', async (_, turns, expected) => {
    await using stage = await setUp(inTurn(...turns));
    const task = stage.start({ toolsets: { eyes: look } });

    expect(await collect(task)).toBe(expected);
    expect(task.snapshot()).toMatchObject({ status: 'completed' });
  });

  it('should be nothing where it has never said a word', async () => {
    await using stage = await setUp(inTurn({ call }, {}));
    await expect(collect(stage.start({ toolsets: { eyes: look } }))).rejects.toMatchObject({
      code: 'no_result', message: 'loopback answered nothing at all. Try again, or put the goal in other words.',
    });
  });

  it('should not be what it said before it was cut off', async () => {
    await using stage = await setUp(inTurn({ say: 'let me see', call }, { finish: 'length' }));
    await expect(collect(stage.start({ toolsets: { eyes: look } }))).rejects.toMatchObject({ cause: { reason: 'length' } });
  });
});
