import { it } from '@jest/globals';
import fc from 'fast-check';
import { runInThisContext } from 'node:vm';
import { asyncScheduler, VirtualTimeScheduler } from 'rxjs';
import type { Agent } from '../../../src/index.js';
import { openSession } from '../../../src/core/openSession.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { demand } from './demand.js';
import { histories, type Weights } from './histories.js';
import type { History } from './script.js';
import { World } from './world.js';

/** What a law claims: after each command, and when the session has been closed and all is over. */
export interface Law {
  after?(world: World): void;
  atEnd?(world: World): void;
}

/** `LAW_RUNS=20 npm run specs -- test/laws` tries each law twenty times as often. */
export const timesLawRuns = (runs: number): number => Math.ceil(runs * Number(process.env['LAW_RUNS'] ?? 1));

/** Jest's copy of `process` never fires; see the tripwire. */
const realProcess = runInThisContext('process') as NodeJS.Process;

/** `LAW_STORE=memory npm run specs -- test/laws` plays every history over a session with a store that keeps at once. */
const withStore = process.env['LAW_STORE'] === 'memory';

async function worldWithStore(history: History, wrap?: Wrap): Promise<World> {
  const scheduler = new VirtualTimeScheduler();
  const session = await openSession({ ...history.limits, scheduler, generateId: (name) => name, store: memoryStore(), agents: {} });
  // What waited in an earlier life would go on now.
  scheduler.flush();
  return new World(history, scheduler, session, wrap);
}

/** Makes another agent of one. */
export type Wrap = (agent: Agent<unknown>) => Agent<unknown>;

/** Plays one history and asks the laws all along. */
export async function play(history: History, laws: readonly Law[], overStore = withStore, wrap?: Wrap): Promise<World> {
  const trouble: unknown[] = [];
  const note = (cause: unknown): void => { trouble.push(cause); };
  realProcess.on('unhandledRejection', note);
  const world = overStore ? await worldWithStore(history, wrap) : new World(history, undefined, undefined, wrap);
  try {
    for (const command of history.commands) {
      await world.command(command);
      for (const law of laws) law.after?.(world);
    }
    await world.end();
    for (const law of laws) {
      law.after?.(world);
      law.atEnd?.(world);
    }
    demand(trouble.length === 0, () => `Nobody handled the rejection of ${String(trouble[0])}.`);
    return world;
  } finally {
    if (!world.over) await world.end().catch(() => undefined);
    realProcess.off('unhandledRejection', note);
  }
}

/**
 * Async iterables yield to real timers when the real clock says that they have run for long: in a random schedule that would
 * differ from run to run, so meanwhile that clock stands still.
 */
export async function withStillClock(work: () => Promise<void>): Promise<void> {
  const { now } = asyncScheduler;
  asyncScheduler.now = () => 0;
  try {
    await work();
  } finally {
    asyncScheduler.now = now;
  }
}

/** Tries a property of histories; a failure prints the seed and the shortest history that breaks it. */
export function onRandomSchedules(claim: string, weights: Weights, runs: number, property: (history: History) => Promise<unknown>): void {
  const numRuns = timesLawRuns(runs);
  it(`${claim}, on ${numRuns} random schedules`, async () => {
    await withStillClock(() =>
      fc.assert(fc.asyncProperty(histories(weights), async (history) => { await property(history); }), { numRuns }));
  }, 120_000 + 300 * numRuns);
}
