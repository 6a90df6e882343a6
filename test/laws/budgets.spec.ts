import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { createSession, usage, type AgentContext, type AgentOutput, type Delegator, type Scope, type Task } from '../../src/index.js';
import { caught } from '../support/caught.js';
import { timesLawRuns } from '../support/laws/play.js';

/** A place as it should be: the session, a scope or a task. */
interface Place {
  readonly above: Place | undefined;
  readonly budget: number;
  readonly detached: boolean;
  readonly isTask: boolean;
  spent: number;
  end: string | undefined;
}

/** A place as it is. */
interface Real {
  readonly scope: Delegator | Scope;
  readonly context?: AgentContext;
  readonly task?: Task;
  readonly put?: (tokens: number) => void;
}

const path = (place: Place): readonly Place[] => [place, ...place.above === undefined ? [] : path(place.above)];

/** The task in which a place is, where it is in one. */
const taskOf = (place: Place | undefined): Place | undefined => place === undefined || place.isTask ? place : taskOf(place.above);

const moves = fc.array(fc.record({
  do: fc.constantFrom('delegate' as const, 'delegate' as const, 'scope' as const, 'spend' as const, 'spend' as const, 'cancel' as const),
  at: fc.nat(),
  budget: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  detached: fc.boolean(),
  tokens: fc.integer({ min: 1, max: 12 }),
}), { maxLength: 40 });

describe('budgets on a tree', () => {
  it('should be spent once by all below, and end just what is below the one that is broken, on random schedules', () => {
    fc.assert(fc.property(moves, fc.option(fc.integer({ min: 5, max: 60 }), { nil: undefined }), (all, tokens) => {
      const session = createSession({
        maxRunning: Infinity, maxDepth: Infinity, maxDescendants: Infinity, ...tokens !== undefined && { budget: { tokens } },
      });
      const root: Place = { above: undefined, budget: tokens ?? Infinity, detached: false, isTask: false, spent: 0, end: undefined };
      const places = [root];
      const real = new Map<Place, Real>([[root, { scope: session }]]);
      const end = (place: Place, why: string): void => {
        if (place.end !== undefined) return;
        place.end = why;
        for (const other of places) {
          if (other.isTask && !other.detached && taskOf(other.above) === place) end(other, 'parent_ended');
        }
      };
      for (const move of all) {
        const tasks = places.filter(({ isTask }) => isTask);
        if (move.do === 'delegate' || move.do === 'scope') {
          const above = places[move.at % places.length]!;
          const budget = move.budget === undefined ? {} : { budget: { tokens: move.budget } };
          const { scope } = real.get(above)!;
          const place: Place = {
            above, budget: move.budget ?? Infinity, isTask: move.do === 'delegate', detached: move.detached, spent: 0, end: undefined,
          };
          if (taskOf(above)?.end !== undefined) continue;
          if (!place.isTask) {
            places.push(place);
            real.set(place, { scope: scope.scope({ ...budget }) });
            continue;
          }
          const output = new Subject<AgentOutput>();
          let context!: AgentContext;
          const start = (): Task => scope.delegate((_brief, _steering, given) => {
            context = given;
            return output;
          }, { goal: 'spend' }, { detached: move.detached, ...budget });
          if (path(above).some(({ spent, budget: limit }) => spent >= limit)) {
            expect(caught(start)).toMatchObject({ code: 'budget_exceeded' });
            continue;
          }
          const task = start();
          places.push(place);
          const put = (n: number): void => { output.next(usage({ inputTokens: n, outputTokens: 0 })); };
          real.set(place, { scope: context, context, task, put });
        } else if (tasks.length > 0) {
          const place = tasks[move.at % tasks.length]!;
          if (move.do === 'cancel') {
            real.get(place)!.task!.cancel();
            end(place, 'cancelled');
          } else if (place.end === undefined) {
            for (const one of path(place)) one.spent += move.tokens;
            const over = path(place).filter(({ spent, budget }) => spent > budget).at(-1);
            real.get(place)!.put!(move.tokens);
            if (over !== undefined) {
              for (const one of places) if (one.isTask && path(one).includes(over)) end(one, 'budget_exceeded');
            }
          }
        }
        for (const place of places) {
          const { task, context } = real.get(place)!;
          if (task === undefined) continue;
          const { outcome } = task;
          const how = outcome?.type === 'failed' ? outcome.error.code : outcome?.type === 'cancelled' ? outcome.reason : undefined;
          expect(how).toBe(place.end);
          if (place.end !== undefined) continue;
          expect(task.snapshot(0).usage?.inputTokens ?? 0).toBe(place.spent);
          expect(context!.budget.left.tokens).toBe(Math.min(...path(place).map(({ budget, spent }) => budget - spent)));
        }
      }
      session.cancel();
    }), { numRuns: timesLawRuns(300) });
  });
});
