import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Observable, type Subscriber } from 'rxjs';
import { createSession, isOutcome, type AgentContext, type Session, type Task } from '../../src/index.js';

/** `ENDING_RUNS=20000 npm run specs -- test/laws/01-first` tries as many schedules. */
const RUNS = Number(process.env['ENDING_RUNS'] ?? 500);

/** Who is meant: one of the tasks that there are by then. */
type Who = number;
type Act =
  | { readonly do: 'complete' | 'error' | 'cancel' | 'abort'; readonly who: Who }
  | { readonly do: 'close' };
interface Plan {
  /** Below whom it is started; none for the session. */
  readonly under: number | undefined;
  readonly detached: boolean;
  readonly inSubscribe: readonly Act[];
  readonly inTeardown: readonly Act[];
}

const TASKS = 4;
const who = fc.nat(TASKS - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom('complete', 'error', 'cancel', 'abort'), who }),
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'close' }) },
);
const acts = fc.array(act, { maxLength: 3 });
const plans = fc.array(
  fc.record<Plan>({ under: fc.option(who, { nil: undefined }), detached: fc.boolean(), inSubscribe: acts, inTeardown: acts }),
  { minLength: 1, maxLength: TASKS },
);

interface Known {
  readonly id: string;
  readonly above: Known | undefined;
  readonly detached: boolean;
  readonly controller: AbortController;
  task: Task | undefined;
  child: Subscriber<string> | undefined;
  context: AgentContext | undefined;
  /** The first ending that was said of it. */
  said: string | undefined;
}

interface Played {
  readonly said: unknown;
  readonly outcomes: unknown;
  readonly orders: readonly string[];
  /** Each task that ends with another, and that other. */
  readonly families: readonly (readonly [string, string])[];
}

function play(all: readonly Plan[], live: readonly Act[]): Played {
  const session: Session = createSession({ generateId: (name) => name, maxDepth: TASKS });
  const known: Known[] = [];
  const orders: string[] = [];
  session.events.subscribe({
    next: (event) => { if (isOutcome(event)) orders.push(event.taskId); },
    complete: () => { orders.push('|'); },
  });
  /** Notes an ending that is said, and that it ends what is below. */
  const say = (one: Known, what: string): void => {
    if (one.said !== undefined) return;
    one.said = what;
    for (const below of known) if (below.above === one && !below.detached) say(below, 'cancelled');
  };
  const perform = (what: Act): void => {
    if (what.do === 'close') {
      for (const one of known) if (one.task !== undefined || one.child !== undefined) say(one, 'cancelled');
      void session.close();
      return;
    }
    const one = known[what.who % Math.max(1, known.length)];
    if (one === undefined) return;
    if (what.do === 'cancel') {
      const task = one.task ?? session.get(one.id);
      if (task === undefined) return;
      say(one, 'cancelled');
      task.cancel();
    } else if (what.do === 'abort') {
      if (!one.controller.signal.aborted) say(one, 'cancelled');
      one.controller.abort();
    } else if (one.child !== undefined) {
      say(one, what.do === 'complete' ? 'completed' : 'failed');
      if (what.do === 'complete') one.child.complete();
      else one.child.error(new Error('boom'));
    }
  };

  all.forEach((plan, n) => {
    const above = plan.under === undefined ? undefined : known[plan.under];
    const one: Known = {
      id: `t${n}`, above, detached: plan.detached, controller: new AbortController(), task: undefined, child: undefined, context: undefined,
      said: undefined,
    };
    const scope = above === undefined ? session : above.context;
    if (scope === undefined) return;
    known.push(one);
    try {
      one.task = scope.delegate((_, _steering, context) => new Observable<string>((child) => {
        one.context = context;
        one.child = child;
        child.next('a line');
        plan.inSubscribe.forEach(perform);
        return () => { plan.inTeardown.forEach(perform); };
      }), { goal: 'end' }, { name: one.id, detached: plan.detached, signal: one.controller.signal });
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/not_running|session_closed|aborted/) });
      known.splice(known.indexOf(one), 1);
    }
  });
  live.forEach(perform);
  perform({ do: 'close' });
  return {
    said: known.map(({ id, said }) => [id, said]),
    outcomes: known.map(({ id, task }) => [id, task?.snapshot(0).outcome?.type]),
    orders,
    families: known.flatMap(({ id, above, detached }) => above === undefined || detached ? [] : [[id, above.id] as const]),
  };
}

describe('law 1: the first ending that is said wins, in every order of teardowns, ends and cancels', () => {
  it(`should hold on ${RUNS} random schedules`, () => {
    fc.assert(fc.property(plans, acts, (all, live) => {
      const { said, outcomes, orders, families } = play(all, live);
      expect(outcomes).toEqual(said);
      // And everybody is told of each, before the stream is over.
      expect(orders.at(-1)).toBe('|');
      expect(new Set(orders.slice(0, -1)).size).toBe(orders.length - 1);
      expect(orders.length - 1).toBe((said as unknown[]).length);
      for (const [below, above] of families) expect(orders.indexOf(below)).toBeLessThan(orders.indexOf(above));
    }), { numRuns: RUNS });
  });
});
