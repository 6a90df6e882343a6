import { describe, expect, it } from '@jest/globals';
import { LIST_ENTRIES, NASTY, TEXT_ENTRIES } from '../support/linear/entries.js';
import { ALLOWED, growthOf } from '../support/linear/growthOf.js';

/** Law 10: nothing that is sent costs more than time linear in its size. Twice the input may cost so much and no more. */
/** Wide steps, since the machine is shared; `npm run figures -- linear` doubles. */
const STEP = 8;

describe('the cost of what is sent', () => {
  it.each(TEXT_ENTRIES)('should be linear in the length of %s', async (_, read) => {
    for (const [what, part] of NASTY) {
      // The end is another character: what is searched for at the end is not found.
      const { ratio, at } = await growthOf((size) => read(`${part.repeat(size / part.length)}x`), STEP);
      expect([what, at, ratio <= ALLOWED ? 'linear' : ratio]).toEqual([what, at, 'linear']);
    }
  }, 300_000);

  it.each(LIST_ENTRIES)('should be linear in the number of %s', async (_, read) => {
    const { ratio, at } = await growthOf(read, STEP);
    expect([at, ratio <= ALLOWED ? 'linear' : ratio]).toEqual([at, 'linear']);
  }, 300_000);

  it('would be seen where it is not', async () => {
    const quadratic = (size: number): boolean => /\.+$/.test(`${'.'.repeat(1.5 * size)}x`);
    expect((await growthOf(quadratic, STEP, 80_000)).ratio).toBeGreaterThan(ALLOWED);
  }, 300_000);
});
