import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSession, isOutcome, type Session, type SessionOptions, type TaskId } from '../../src/index.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { agentOf, trees, type Answer, type Ground, type Tree } from './support/forest.js';

/** `COMPOSE_RUNS=20000 npm run specs -- test/compose/laws` tries as many schedules. */
const RUNS = Number(process.env['COMPOSE_RUNS'] ?? 500);

const DEPTH = 3;

/** What is done to them, and when. */
interface Act {
  readonly at: number;
  readonly do: 'cancel' | 'steer' | 'cancel all';
  readonly who: number;
}

interface Schedule {
  readonly tree: Tree;
  readonly acts: readonly Act[];
  readonly session: Pick<SessionOptions, 'maxRunning' | 'overflow' | 'deadline'>;
}

const schedules: fc.Arbitrary<Schedule> = fc.record({
  tree: trees(DEPTH),
  acts: fc.array(fc.record<Act>({
    at: fc.nat(12), do: fc.constantFrom<Act['do']>('cancel', 'steer', 'steer', 'cancel all'), who: fc.nat(9),
  }), { maxLength: 3 }),
  session: fc.record({
    maxRunning: fc.constantFrom(1, 2, 3, 16), overflow: fc.constantFrom<'reject' | 'queue'>('reject', 'queue'),
  }),
});

/** What was seen that must never be. */
interface Seen {
  /** Tasks that lived when one above them had ended, and leaves that did when everything was over. */
  readonly losers: string[];
  readonly failedResults: string[];
  readonly overCap: string[];
  /** Ends of children of which somebody above would be told. */
  readonly unheard: string[];
  /** Timers that are armed when all is over. */
  readonly timers: number;
}

async function play({ tree, acts, session: options }: Schedule): Promise<Seen> {
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ ...options, scheduler, maxDepth: 9, maxDescendants: 40, generateId: createIds() });
  const ground: Ground = {
    live: 0,
    left: [],
    after: (ms, work) => {
      if (ms === 0) {
        work();
        return () => undefined;
      }
      const timer = scheduler.schedule(work, ms);
      return () => { timer.unsubscribe(); };
    },
  };
  const losers: string[] = [];
  const failedResults: string[] = [];
  const overCap: string[] = [];
  session.unheard();
  session.events.subscribe((event) => {
    const over = overCapIn(session, options.maxRunning!);
    if (over !== undefined) overCap.push(over);
    if (!isOutcome(event)) return;
    losers.push(...livingBelow(session, event.taskId).map((id) => `${id} below ${event.taskId}`));
    if (event.type === 'completed' && (event.result as Partial<Answer>).good === false) failedResults.push(event.taskId);
  });
  const root = session.delegate(agentOf(tree, ground), { goal: 'do it' });
  for (let now = 0; now <= 13; now++) {
    for (const { at, do: what, who } of acts) {
      if (at !== now) continue;
      const tasks = session.tasks();
      const task = tasks[who % tasks.length]!;
      if (what === 'steer') task.steer('hurry');
      else if (what === 'cancel') task.cancel('no');
      else root.cancel('enough');
    }
    await settled();
    advance(1);
    await settled();
  }
  // Long enough for everything that ends by itself.
  for (let n = 0; n < 6; n++) {
    advance(100);
    await settled();
  }
  root.cancel('over');
  await settled();
  losers.push(...ground.left);
  if (ground.live > 0) losers.push(`${ground.live} leaves`);
  const unheard = session.unheard().filter((task) => task !== root).map(({ id }) => id);
  await session.close();
  return { losers, failedResults, overCap, unheard, timers: scheduler.actions.filter(({ closed }) => !closed).length };
}

/** Lets promises come to rest. */
const settled = (): Promise<void> => setImmediate();

function livingBelow(session: Session, above: TaskId): TaskId[] {
  const below = new Set([above]);
  const living: TaskId[] = [];
  for (const task of session.tasks()) {
    if (task.parentId === undefined || !below.has(task.parentId)) continue;
    below.add(task.id);
    if (task.outcome === undefined) living.push(task.id);
  }
  return living;
}

function overCapIn(session: Session, cap: number): string | undefined {
  const depths = new Map<TaskId, number>();
  const running: number[] = [];
  for (const { id, parentId, status } of session.tasks()) {
    const depth = 1 + (parentId === undefined ? 0 : depths.get(parentId) ?? 0);
    depths.set(id, depth);
    if (status === 'running' && (running[depth] = (running[depth] ?? 0) + 1) > cap) return `${running[depth]} of ${cap} at depth ${depth}`;
  }
  return undefined;
}

function createIds(): (name: string) => string {
  let made = 0;
  return (name) => `${name}-${++made}`;
}

describe('agents made of agents', () => {
  it(`should leave nobody behind, have no result of a failed attempt, and keep to the cap, in ${RUNS} random schedules`, async () => {
    await fc.assert(fc.asyncProperty(schedules, async (schedule) => {
      expect(await play(schedule)).toEqual({ losers: [], failedResults: [], overCap: [], unheard: [], timers: 0 });
    }), { numRuns: RUNS });
  }, Math.max(120_000, 100 * RUNS));
});
