import { describe, expect, it } from '@jest/globals';
import { hearingParents } from '../support/parents/hearingParents.js';
import { hearingSchedules } from '../support/parents/hearingSchedules.js';

/** `HEARING_RUNS=2000` for the figure. */
const runs = Number(process.env['HEARING_RUNS'] ?? 15);

describe('law 11 in every wrapper’s real loop', () => {
  const all = Object.entries(hearingParents);

  it.each(all)(`should lose no end and no question and tell none twice, on ${runs} random schedules: %s`, async (_, parent) => {
    const { ended, asked, lost, twice } = await hearingSchedules(parent, runs, Number(process.env['HEARING_SEED'] ?? 1));
    expect({ lost, twice }).toEqual({ lost: [], twice: [] });
    expect(ended).toBeGreaterThan(runs);
    expect(asked).toBeGreaterThan(runs);
  }, 3_600_000);
});
