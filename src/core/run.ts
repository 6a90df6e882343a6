import type { Observable } from 'rxjs';
import type { Agent, AgentFunction, TakesBrief } from './agent.js';
import type { ResultOf } from './answer.js';
import type { Brief } from './brief.js';
import { coldRun } from './internal/session/coldRun.js';
import { nameOf } from './internal/session/nameOf.js';
import { SessionCore } from './internal/session/sessionCore.js';
import { PARENT_ENDED } from './internal/task/decision.js';
import type { Host } from './internal/task/taskContext.js';
import { resolveLimits } from './limits.js';
import type { AgentOutput } from './output.js';
import type { RunOptions } from './runOptions.js';

/**
 * An agent as a cold Observable of its output: subscribing starts it, unsubscribing stops it.
 *
 * Every subscription is a run of its own. A failure is an error here, so `retry` and `catchError` work; in a session's task it is a value.
 *
 * ```
 * run(agent, brief)   ──line──line──result|
 * unsubscribed        ──line──!
 * ```
 *
 * ```ts
 * import { retry } from 'rxjs';
 * import { lines, run } from 'sidestream';
 *
 * const greeter = ({ goal }: { goal: string }) => [`hello ${goal}`, 'bye'];
 * run(greeter, { goal: 'world' }).pipe(retry(2), lines()).subscribe(console.log); // hello world, bye
 * ```
 *
 * What a run said that failed is no result of whatever follows, such as a `retry`, and its half line ends there. That is known of the
 * outputs themselves: an operator in between that makes new ones makes them its own. A subscription that follows on one that failed begins
 * with the output `attempt`; a `repeat` is none.
 *
 * Where the agent says by its own property `resultSchema` what its result has to be, that holds here, too: at its end the run puts out what
 * the schema makes of its result, or errors with InvalidResultError.
 *
 * Not for use inside an agent: each run has a session of its own, so nobody outside sees what it starts, and no limit holds it. An agent
 * runs others by its context's own `run`, which keeps them in its task.
 *
 * `switchMap(() => run(agent, brief))` stops the agent when it switches; `switchMap(() => session.delegate(agent, brief))` only stops
 * watching it.
 *
 * @throws InvalidArgumentError where the agent, the brief or an option is not what it should be
 * @see AgentContext for `context.run`, delegated for a task that ends with its subscription
 */
export function run<R = string, B extends Brief = Brief, F extends AgentFunction<B> = Agent<R, B>>(
  agent: F & TakesBrief<B>, brief: B, options?: RunOptions,
): Observable<AgentOutput<ResultOf<F>>> {
  return coldRun(undefined, agent, brief, 'run', options, () => {
    // What the agent delegates belongs to a session of the run's own, and ends with it.
    const session = new SessionCore(resolveLimits());
    const host: Host & { saved?: unknown } = {
      owner: session, node: session.root, id: session.newId(nameOf(agent)), depth: 1, save: (checkpoint) => { host.saved = checkpoint; },
    };
    return [host, () => { session.shut(session.root, (task, ended) => { task.decide(PARENT_ENDED, ended); }); }];
  });
}
