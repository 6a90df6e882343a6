import { catchError, defer, EMPTY, from, map, merge, Subject, takeUntil, tap, type Observable, type ObservableInput } from 'rxjs';
import type { Agent } from '../core/agent.js';
import type { ResultOf } from '../core/answer.js';
import { A_FUNCTION, check, WORDS } from '../core/check.js';
import { InvalidArgumentError } from '../core/errors.js';
import type { AgentOutput } from '../core/output.js';
import type { AnyAgent, BriefOf } from './anyAgent.js';
import { inside, nameOf, type SaidOf } from './asAgent.js';
import { checkAgent } from './checkAgents.js';

/** From what an agent puts out, what it is to be told. */
export type SteeringRule<R> = (outputs: Observable<AgentOutput<R>>) => ObservableInput<string>;

/**
 * The agent, steered by a rule: what the rule makes of its outputs reaches it as messages.
 *
 * ```
 * agent                 ──line──line──────line──result|
 * rule(outputs)         ────────m─────────────────────
 * steering of the agent ──s─────m─────s───────────────     s = the task's own
 * ```
 *
 * The rule gets each output when it comes, and its messages reach the agent beside the task's own, whose receipts stay true. One that is
 * still undelivered when the rule says the next is replaced by it: a rule that speaks often is not answered late. A rule that completes
 * changes nothing; one that throws, or errors, fails the task with that, and stops the agent.
 *
 * ```ts
 * import { filter, map, take } from 'rxjs';
 * import { collect, createSession, fromAsync, lines } from 'sidestream';
 * import { steered } from 'sidestream/compose';
 *
 * const searcher = fromAsync(async function* (_brief, { takeSteering }) {
 *   for (let page = 1; ; page++) {
 *     yield `page ${page}: nothing`;
 *     if (takeSteering().includes('enough')) return `gave up at page ${page}`;
 *   }
 * });
 * const patient = steered(searcher, (outputs) => outputs.pipe(
 *   lines(), filter((text) => text.startsWith('page 3')), map(() => 'enough'), take(1),
 * ));
 * console.log(await collect(createSession().delegate(patient, { goal: 'find it' }))); // gave up at page 3
 * ```
 *
 * When not: for an agent that does not listen, which is refused here; and to stop it, for which {@link through} with `takeWhile` needs
 * nobody to obey. A rule for one task alone can stand outside: `task.events.pipe(…).subscribe(task.steering)`.
 *
 * @throws InvalidArgumentError where the agent or the rule is not what it should be
 */
export function steered<F extends AnyAgent>(agent: F, rule: SteeringRule<ResultOf<F>>): Agent<ResultOf<F>, BriefOf<F>> & SaidOf<F> {
  checkAgent('agent', agent);
  check('rule', rule, A_FUNCTION);
  if ((agent as { readonly steerable?: unknown }).steerable === false) {
    throw new InvalidArgumentError(`Expected an agent that listens to steering, and ${nameOf(agent)} says that it does not.`);
  }
  return inside<ResultOf<F>, BriefOf<F>, F>(agent, (brief, steering, context) => defer(() => {
    const outputs = new Subject<AgentOutput<ResultOf<F>>>();
    const broken = new Subject<never>();
    const messages = from(rule(outputs.asObservable())).pipe(
      map((text) => {
        check('a message of the rule', text, WORDS);
        return { text, key: 'rule' };
      }),
      catchError((thrown: unknown) => {
        broken.error(thrown);
        return EMPTY;
      }),
    );
    return context.run(agent, brief, { steering: merge(steering, messages) }).pipe(
      // Not `tap(outputs)`: that calls what is called `subscribe`.
      tap({
        next: (output) => { outputs.next(output); },
        error: (thrown: unknown) => { outputs.error(thrown); },
        complete: () => { outputs.complete(); },
      }),
      takeUntil(broken),
    );
  }));
}
