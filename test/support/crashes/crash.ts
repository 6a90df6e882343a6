import { Judge, type Sight } from './judge.js';
import { Life } from './life.js';
import type { Medium } from './medium.js';
import { Random } from './random.js';

/** How a life is crashed. */
export interface Plan {
  /** What a life's history follows from. */
  readonly seed: number;
  readonly medium: () => Medium;
  /** Things that are done in the first life, and in each further one. */
  readonly commands?: number;
  /** Every how many points of a first life, and of a recovery, a crash is tried; the latter not at all where it is left out. */
  readonly every?: number;
  readonly again?: number;
}

/** What came of it. */
export interface Crashes {
  /** Points of the first life, and of all recoveries. */
  points: number;
  crashes: number;
  double: number;
  readonly violations: { readonly seed: number; readonly at: string; readonly error: unknown }[];
}

interface Case {
  readonly medium: Medium;
  readonly sights: readonly Sight[];
  readonly frame: number;
  readonly at: string;
  readonly n: number;
}

interface Points {
  readonly cases: Case[];
  readonly every: number;
}

/**
 * Lives one life, and takes a copy of what is kept, and of what the outside has seen, at each of its points. Each copy then is a process
 * that found it so: it goes on, is crashed in turn, and in the end everything has to add up.
 */
export async function crash({ seed, medium: make, commands = 40, every = 1, again }: Plan): Promise<Crashes> {
  const crashes: Crashes = { points: 0, crashes: 0, double: 0, violations: [] };
  const first = make();
  const found = (at: string, error: unknown): void => { crashes.violations.push({ seed, at, error }); };
  const cases: Case[] = [];
  const judge = new Judge();
  const random = new Random(seed);
  const life = new Life(first, judge, random, 1_000);
  try {
    recordPoints(life, cases, every, seed % every);
    await life.open();
    await life.live(commands);
    if (random.chance(50)) await life.close();
    else await life.finish();
  } catch (error) {
    found('the first life', error);
  } finally {
    judge.point = undefined;
  }
  crashes.points += cases.length * every;
  for (const one of cases) {
    crashes.crashes += 1;
    const inner: Case[] = [];
    const points = again === undefined ? undefined : { cases: inner, every: again };
    await recover(one, seed, points).catch((error: unknown) => { found(one.at, error); });
    for (const other of inner) {
      crashes.crashes += 1;
      crashes.double += 1;
      await recover(other, seed, undefined).catch((error: unknown) => { found(`${one.at}, then ${other.at}`, error); });
      other.medium.remove();
    }
    one.medium.remove();
  }
  first.remove();
  return crashes;
}

function recordPoints(life: Life, cases: Case[], every: number, offset: number): void {
  const { judge } = life;
  let n = 0;
  judge.point = (at) => {
    n += 1;
    if ((n + offset) % every !== 0) return;
    cases.push({ medium: life.medium.copy(n % 2 === 0), sights: judge.sights.slice(), frame: life.frame, at: `${n}: ${at}`, n });
  };
}

/** What the next process makes of it. */
async function recover({ medium, sights, frame, n }: Case, seed: number, points: Points | undefined): Promise<void> {
  const judge = Judge.of(sights);
  if (sights.at(-1)?.[0] !== 'over') judge.saw('over', false);
  const life = new Life(medium, judge, new Random(seed * 7_919 + n), frame + 5_000);
  try {
    if (points !== undefined) recordPoints(life, points.cases, points.every, n % points.every);
    await life.open();
    await life.live(6);
    await life.finish();
    judge.point = undefined;
    await new Life(medium, judge, life.random, life.frame + 5_000).look();
  } finally {
    judge.point = undefined;
  }
}
