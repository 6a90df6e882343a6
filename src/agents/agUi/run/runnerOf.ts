import type { AbstractAgent, BaseEvent, RunAgentParameters } from '@ag-ui/client';
import {
  catchError, concat, defer, EMPTY, from, ignoreElements, map, Observable, Subject, takeUntil, timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { delayViolation } from './delayViolation.js';

/** Errors a turn later: the client takes events up one promise after another, and drops what waits when an error comes. */
const behindEvents: MonoTypeOperatorFunction<unknown> = catchError((thrown: unknown) => timer(0).pipe(map(() => { throw thrown; })));

/**
 * An agent's runs, each a cold Observable of its events, with the agent's middleware applied and verified by AG-UI's own client.
 *
 * Unsubscribing really ends the run. In `@ag-ui/client` 1.0 unsubscribing from `HttpAgent.run()` leaves the request open, `abortRun()`
 * of any other agent does nothing, and neither stops a run that has not begun: so all three are done.
 */
export function runnerOf(agent: AbstractAgent, holdStop: AgentContext['holdStop']): (input: RunAgentParameters) => Observable<BaseEvent> {
  const stop = new Subject<void>();
  let wanted = false;
  let settled: Promise<void> | undefined;
  // The client brings an rxjs of its own, whose types TypeScript takes for others.
  const guarded = (events: unknown): Observable<unknown> => from(events as never).pipe(delayViolation(), behindEvents, takeUntil(stop));
  agent.use((input, next) => defer(() => wanted ? guarded(next.run(input)) : EMPTY) as never);

  const runOf = (input: RunAgentParameters): Observable<BaseEvent> => new Observable((subscriber) => {
    let failure: { readonly error: unknown } | undefined;
    let over = false;
    wanted = true;
    const running = agent.runAgent(input, {
      onEvent: ({ event }) => { subscriber.next(event); },
      onRunFailed: ({ error }) => {
        failure = { error };
        // Told here, so the client need neither log nor throw it; its types leave out what its code reads.
        return { stopPropagation: true } as object;
      },
    });
    settled = running.then(() => undefined, (error: unknown) => { failure = { error }; }).then(() => {
      over = true;
      if (failure === undefined) subscriber.complete();
      else subscriber.error(failure.error);
    });
    holdStop(settled);
    return () => {
      wanted = false;
      if (over) return;
      stop.next();
      void agent.detachActiveRun();
      agent.abortRun();
    };
  });

  // A stateful agent does one thing at a time.
  return (input) => defer(() => settled === undefined ? runOf(input) : concat(from(settled).pipe(ignoreElements()), runOf(input)));
}
