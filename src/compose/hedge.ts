import type { Observable, ObservableInput } from 'rxjs';
import { defer, EMPTY, filter, from, merge, mergeMap, NEVER, of, Subject, take, tap, timer } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { A_FUNCTION, duration, readOptions, type Option } from '../core/check.js';
import { InvalidArgumentError } from '../core/errors.js';
import type { Task } from '../core/task.js';
import { among, isSuccess, type End } from './alternatives.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { above, type OfAChild, type SaidOf } from './asAgent.js';
import { checkAgent, checkAgents } from './checkAgents.js';
import { firstSuccess } from './firstSuccess.js';

/** When another is started, and who: one of `after` and `when`. */
export interface HedgeOptions<H extends readonly AnyAgent[] = readonly AnyAgent[]> {
  /** Milliseconds after the start of one, by the session's clock. */
  readonly after?: number | undefined;
  /** Given the task of the one that was started last; the first thing that it emits starts another. */
  readonly when?: ((task: Task) => ObservableInput<unknown>) | undefined;
  /** Those that may be started beside the first, in their order. @defaultValue the agent itself, once more */
  readonly agents?: H | undefined;
}

const OPTIONS: Record<keyof HedgeOptions, Option> = {
  after: [undefined, duration(0)],
  when: [undefined, A_FUNCTION],
  agents: [undefined, [() => true, '']],
};

/**
 * An agent that lets another start beside it where it takes long, and has the result of whoever is first; the others are stopped.
 *
 * The next is started when `after` milliseconds have passed since the last start, or when `when` emits, or at once where all that ran have
 * failed. Each is a child task; what the hedge is told they are all told, also those that start later. Only where all have failed does it.
 *
 * ```
 * agent             ──started───────────────x    cancelled: lost to agent-2
 * after             ─────────!
 * agent-2                    started──result|
 * hedge             ────────────────────(result|)
 * ```
 *
 * ```ts
 * import { timer, map } from 'rxjs';
 * import { collect, createSession } from 'sidestream';
 * import { hedge } from 'sidestream/compose';
 *
 * const times = [2_000, 10];
 * const search = ({ goal }: { goal: string }) => timer(times.shift()!).pipe(map(() => `${goal}: found`));
 * const session = createSession();
 * console.log(await collect(session.delegate(hedge(search, { after: 50 }), { goal: 'keys' }))); // keys: found
 * for (const { agent, status } of session.list()) console.log(agent, status); // search completed, search cancelled, search completed
 * ```
 *
 * When not: where a second run changes what the first one works on, as two coders in one directory do.
 *
 * @throws InvalidArgumentError where there is not one of `after` and `when`, or something is no agent
 * @see race, where all start at once; `fallback`, where the next starts only where one has failed
 */
export function hedge<F extends AnyAgent, H extends readonly AnyAgent[] = readonly F[]>(
  agent: F, options: HedgeOptions<H>,
): Agent<ResultOf<F | H[number]>, BriefOf<F | H[number]>> & Omit<SaidOf<F>, OfAChild> {
  type R = ResultOf<F | H[number]>;
  checkAgent('agent', agent);
  const { after, when, agents = [agent] } = readOptions('the options of hedge', options, OPTIONS) as HedgeOptions;
  if ((after === undefined) === (when === undefined)) {
    throw new InvalidArgumentError(
      `Expected one of \`after\` and \`when\` in the options of hedge, got ${after === undefined ? 'none' : 'both'}.`,
    );
  }
  checkAgents('agents', agents);
  const inOrder: readonly AnyAgent[] = [agent, ...agents];
  return above<R, BriefOf<F | H[number]>, F>(agent, (brief, _steering, context) => among<R>(context, brief, (all) => {
    const idle = new Subject<void>();
    const late = (task: Task | undefined): Observable<unknown> =>
      when === undefined ? timer(after!, context.scheduler) : task === undefined ? NEVER : from(when(task));
    const startAt = (at: number): Observable<End> => {
      const next = inOrder[at];
      if (next === undefined) return EMPTY;
      let started: Task | undefined;
      return merge(
        all.start(next, undefined, (task) => { started = task; }).pipe(
          tap((end) => { if (!isSuccess(end) && all.size === 0) idle.next(); }),
        ),
        defer(() => all.size === 0 ? of(0) : merge(late(started), idle)).pipe(
          filter(() => !all.haveWon),
          take(1),
          mergeMap(() => startAt(at + 1)),
        ),
      );
    };
    return startAt(0).pipe(firstSuccess(all, 'lost to', 'All that the hedge started have failed'));
  }), agents);
}
