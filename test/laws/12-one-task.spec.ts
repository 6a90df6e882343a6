import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { histories } from '../support/laws/histories.js';
import { play, timesLawRuns, withStillClock } from '../support/laws/play.js';
import { toldIn } from '../support/laws/told.js';
import { wrapped, type Wrapping } from '../support/laws/wrapped.js';

describe('law 12: an agent inside an agent is one task', () => {
  const wrappings = fc.array(fc.constantFrom<Wrapping>('as it is', 'handing on'), { minLength: 1, maxLength: 3 });
  const runs = timesLawRuns(600);

  it(`should come to the same with one to three wrappers and without, on ${runs} random schedules`, async () => {
    await withStillClock(() => fc.assert(fc.asyncProperty(histories({ steer: 8, observe: 4 }), wrappings, async (history, around) => {
      const bare = await play(history, []);
      const inside = await play(history, [], undefined, (agent) => wrapped(agent, around));
      expect(toldIn(inside)).toEqual(toldIn(bare));
    }), { numRuns: runs }));
  }, 120_000 + 600 * runs);
});
