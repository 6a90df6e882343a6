import { describe, expect, it } from '@jest/globals';
import { hearingParents } from '../support/parents/hearingParents.js';
import { everyMoment, randomMoments } from '../support/parents/restartSchedules.js';

/** `RESTART_RUNS=500` for the figure. */
const runs = Number(process.env['RESTART_RUNS'] ?? 6);
const seed = Number(process.env['RESTART_SEED'] ?? 1);
const isWhole = runs > 6;

const all = Object.entries(hearingParents);

describe('a process that ends in the middle of a turn', () => {
  it.each(all)('should lose no end and tell none anew that was read, whenever that is: %s', async (_, parent) => {
    const { faults, plays, interrupted } = await everyMoment(parent, seed, isWhole ? 1 : 7);
    expect(faults).toEqual([]);
    expect(plays).toBeGreaterThan(5);
    expect(interrupted).toBeGreaterThan(0);
  }, 3_600_000);

  it.each(all)(`should do so on ${runs} random schedules of several lives: %s`, async (_, parent) => {
    const { faults, lives } = await randomMoments(parent, runs, seed);
    expect(faults).toEqual([]);
    expect(lives).toBeGreaterThan(runs);
  }, 3_600_000);
});
