import { describe, expect, it } from '@jest/globals';
import { crash, type Crashes, type Plan } from '../support/crashes/crash.js';
import { tape, type Medium } from '../support/crashes/medium.js';
import { sqliteMedium } from '../support/crashes/sqliteMedium.js';
import { loadDriver } from '../../src/stores/sqlite/file/loadDriver.js';

/** `CRASH_SEED=7 npm run specs -- test/crashes` tries other histories; `npm run crash` tries many more. */
const first = Number(process.env['CRASH_SEED'] ?? 1);

async function crashes(medium: () => Medium, lives: number, how: Omit<Plan, 'seed' | 'medium'>): Promise<Crashes[]> {
  const all: Crashes[] = [];
  for (let seed = first; seed < first + lives; seed++) all.push(await crash({ seed, medium, ...how }));
  return all;
}

const violations = (all: readonly Crashes[]): string[] => all.flatMap((one) => one.violations).map(({ seed, at, error }) =>
  `seed ${seed}, crashed at ${at}: ${error instanceof Error ? error.message : String(error)}`);
const count = (all: readonly Crashes[]): number => all.reduce((sum, one) => sum + one.crashes, 0);

const hasDriver = (): boolean => {
  try {
    return loadDriver() !== undefined;
  } catch {
    return false;
  }
};

describe('a session with a store, crashed at random', () => {
  it('should know what was acknowledged, end each task once, and tell each end once', async () => {
    const all = await crashes(tape, 8, { every: 3 });
    expect(violations(all)).toEqual([]);
    expect(count(all)).toBeGreaterThan(300);
  });

  it('should do so where the next process is crashed, too', async () => {
    const all = await crashes(tape, 8, { every: 29, again: 6 });
    expect(violations(all)).toEqual([]);
    expect(count(all)).toBeGreaterThan(200);
  });

  (hasDriver() ? it : it.skip)('should do so over a file of SQLite, cut between its statements', async () => {
    const all = await crashes(sqliteMedium, 3, { commands: 20, every: 9 });
    expect(violations(all)).toEqual([]);
    expect(count(all)).toBeGreaterThan(10);
  });
});
