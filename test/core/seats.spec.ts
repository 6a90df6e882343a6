import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NEVER, Subject } from 'rxjs';
import {
  createLimit, createSession, type AgentContext, type DelegateOptions, type Delegator, type Limit, type Session, type Task,
} from '../../src/index.js';
import { timesLawRuns } from '../support/laws/play.js';
import { createVirtualTime } from '../support/virtualTime.js';

/** What is done next: each number chooses among what is there at that moment. */
type Move =
  | { readonly do: 'delegate'; readonly where: number; readonly limit: number; readonly key: number }
  | { readonly do: 'end' | 'fail' | 'cancel'; readonly which: number }
  | { readonly do: 'pause' | 'resume'; readonly which: number }
  | { readonly do: 'scope'; readonly where: number; readonly max: number; readonly takesAlong: boolean }
  | { readonly do: 'wait'; readonly ms: number };

const n = fc.nat({ max: 30 });
const few = fc.nat({ max: 4 });
const moves = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('delegate' as const), where: n, limit: few, key: few }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'fail' as const, 'cancel' as const), which: n }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const), which: n }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('scope' as const), where: n, max: fc.constantFrom(1, 2), takesAlong: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 30_000, 60_000) }) },
), { maxLength: 60 });

interface Place {
  readonly scope: Delegator;
  readonly session: Session;
  /** Its caps, and those around it. */
  readonly within: readonly { readonly max: number; readonly tasks: Set<Known> }[];
}

interface Known {
  readonly task: Task;
  readonly output: Subject<string>;
  readonly limit: Limit | undefined;
  readonly place: Place;
  readonly depth: number;
}

const CAP = 2;
const TOTAL = 3;
const LIMIT = 1;
const PER_MINUTE = 2;

/** Two sessions with small caps, scopes and shared limits; after each move, whoever runs is counted. */
async function play(script: readonly Move[]): Promise<void> {
  const { scheduler, advance } = createVirtualTime();
  const limits = [createLimit({ running: LIMIT }), createLimit({ perMinute: PER_MINUTE })];
  const caps = { maxRunning: CAP, maxTotalRunning: TOTAL, overflow: 'queue', maxQueued: 50 } as const;
  const sessions = [1, 2].map(() => createSession({ scheduler, ...caps }));
  const places: Place[] = sessions.map((session) => ({ scope: session, session, within: [{ max: CAP, tasks: new Set() }] }));
  const known: Known[] = [];
  const starts: number[] = [];
  const of = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
  const living = (): readonly Known[] => known.filter(({ task }) => task.outcome === undefined);

  const check = (): void => {
    for (const { within } of places) {
      for (const { max, tasks } of within) {
        const running = [...tasks].filter(({ task }) => task.status === 'running');
        for (const depth of [1, 2, 3]) expect(running.filter((one) => one.depth === depth).length).toBeLessThanOrEqual(max);
      }
    }
    for (const session of sessions) {
      expect(session.tasks().filter(({ status }) => status === 'running').length).toBeLessThanOrEqual(TOTAL);
      expect(session.tasks().filter(({ status }) => status === 'running').length).toBe(
        known.filter(({ task, place }) => place.session === session && task.status === 'running').length,
      );
    }
    const running = living().filter(({ task, limit }) => limit === limits[0] && task.status === 'running');
    expect(running.length).toBeLessThanOrEqual(LIMIT);
    for (const at of starts) expect(starts.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(PER_MINUTE);
  };

  for (const move of script) {
    try {
      if (move.do === 'delegate') {
        const place = of(places, move.where)!;
        const limit = limits[move.limit];
        const output = new Subject<string>();
        const depth = place.scope.depthLeft;
        const options: DelegateOptions = { limit, ...move.key < 2 && { key: `k${move.key}`, whenTaken: 'supersede' } };
        const task = place.scope.delegate((_brief, _steering, context: AgentContext) => {
          if (limit === limits[1]) starts.push(scheduler.now());
          places.push({ scope: context, session: place.session, within: place.within });
          return output;
        }, { goal: 'g' }, options);
        const one: Known = { task, output, limit, place, depth: 4 - depth };
        known.push(one);
        for (const { tasks } of place.within) tasks.add(one);
      } else if (move.do === 'scope') {
        const { scope, session, within } = of(places, move.where)!;
        places.push({
          scope: scope.scope({ maxRunning: move.max, ...move.takesAlong && { onFailure: 'cancel' } }), session,
          within: [...within, { max: move.max, tasks: new Set() }],
        });
      } else if (move.do === 'pause' || move.do === 'resume') {
        of(sessions, move.which)![move.do]();
      } else if (move.do === 'wait') {
        advance(move.ms);
      } else {
        const one = of(living(), move.which);
        if (move.do === 'cancel') one?.task.cancel();
        else if (move.do === 'fail') one?.output.error(new Error('fails'));
        else if (one !== undefined) {
          one.output.next('done');
          one.output.complete();
        }
      }
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(limit_reached|depth_exceeded|not_running)$/) });
    }
    check();
  }
  // Who waits and may run is started in the end: nothing waits for ever.
  for (const session of sessions) session.resume();
  for (let rounds = 0; living().length > 0; rounds++) {
    expect(rounds).toBeLessThan(200);
    const running = living().filter(({ task }) => task.status === 'running');
    if (running.length === 0) advance(60_000);
    for (const { task } of running) task.cancel();
    check();
  }
  expect(limits.map(({ running }) => running)).toEqual([0, 0]);
  const reports = await Promise.all(sessions.map((session) => session.close()));
  expect(reports.map(({ stopped }) => stopped)).toEqual([true, true]);
  expect(scheduler.actions).toEqual([]);
}

describe('seats, on random schedules over two sessions, scopes, limits, keys and pauses', () => {
  it('should never let one more run than may, and let everybody start in the end', async () => {
    await fc.assert(fc.asyncProperty(moves, play), { numRuns: timesLawRuns(300) });
  });

  it('should start in the order of their coming those that wait for the same', () => {
    fc.assert(fc.property(fc.array(fc.record({ session: fc.nat({ max: 1 }), end: fc.nat({ max: 3 }) }), { maxLength: 40 }), (script) => {
      const limit = createLimit({ running: 2 });
      const sessions = [createSession(), createSession({ maxRunning: Infinity })];
      const order: number[] = [];
      const running: Task[] = [];
      const tasks = script.map(({ session, end }, place) => {
        const task = sessions[session]!.delegate(() => { order.push(place); return NEVER; }, { goal: 'g' }, { limit });
        running.push(task);
        if (end === 0) running.find(({ status }) => status === 'running')?.cancel();
        return task;
      });
      for (const task of tasks) task.cancel();
      expect(order).toEqual([...order].sort((one, other) => one - other));
    }), { numRuns: 200 });
  });
});
