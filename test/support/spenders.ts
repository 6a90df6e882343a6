import { concat, defer, mergeMap, throwError, timer, VirtualTimeScheduler, type Observable } from 'rxjs';
import { BudgetExceededError, createSession, step, usage, type Agent, type AgentOutput } from '../../src/index.js';

/** What came of children that spend from one budget. */
export interface Spending {
  /** Calls that were made, each of which costs what it costs whether or not anybody still hears of it. */
  readonly calls: number;
  /** Tokens of them that are over the budget. */
  readonly over: number;
  /** Calls that were made when the budget was broken already. */
  readonly late: number;
  /** Children that ended otherwise than as `budget_exceeded`. */
  readonly others: number;
}

/**
 * Lets ten children make call after call until their session has nothing left. All of them are answered in one frame.
 *
 * @param known - whether they know what the first call costs
 */
export function spendFrom(tokens: number, cost: number, known: boolean, children = 10): Spending {
  const scheduler = new VirtualTimeScheduler();
  const session = createSession({ scheduler, budget: { tokens } });
  let calls = 0;
  let late = 0;
  let answered = 0;
  const agent: Agent = (_brief, _steering, { budget }) => {
    const call = (last?: number): Observable<AgentOutput> => defer(() => {
      const release = budget.reserve({ tokens: last });
      if (release === undefined) return throwError(() => new BudgetExceededError('The call would break the budget.'));
      calls += 1;
      if (answered > tokens) late += 1;
      return timer(10, scheduler).pipe(mergeMap(() => {
        release();
        answered += cost;
        return concat([usage({ inputTokens: cost, outputTokens: 0 }), step()], call(cost));
      }));
    });
    return call(known ? cost : undefined);
  };
  const tasks = Array.from({ length: children }, () => session.delegate(agent, { goal: 'spend' }));
  scheduler.flush();
  const others = tasks.filter(({ outcome }) => outcome?.type !== 'failed' || outcome.error.code !== 'budget_exceeded').length;
  return { calls, over: Math.max(0, calls * cost - tokens), late, others };
}
