import type { ObservableInput } from 'rxjs';
import { from, Observable } from './rx.js';
import type { Agent, AgentFunction } from './agent.js';
import type { ResultOf } from './answer.js';
import type { Brief } from './brief.js';
import { TaskCancelledError } from './errors.js';
import { A_STREAM, readOptions, type Option } from './check.js';
import { Child } from './internal/output/child.js';
import { Mailbox } from './internal/steering/mailbox.js';
import { readDelegation } from './internal/session/readDelegation.js';
import { nameOf } from './internal/session/nameOf.js';
import { FAILED, origins, STOPPED, type Origin } from './internal/output/origin.js';
import { readOutput } from './internal/output/readOutput.js';
import { SessionCore } from './internal/session/sessionCore.js';
import { PARENT_ENDED } from './internal/task/decision.js';
import { TaskContext, type Run } from './internal/task/taskContext.js';
import { resolveLimits } from './limits.js';
import type { AgentOutput } from './output.js';

/** How to run an agent without a session. */
export interface RunOptions {
  /** Steering messages, from the subscription on; its end changes nothing. @defaultValue none */
  readonly steering?: ObservableInput<string> | undefined;
}

const OPTIONS: Record<keyof RunOptions, Option> = { steering: [undefined, A_STREAM] };

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
 * outputs themselves: an operator in between that makes new ones makes them its own.
 *
 * `switchMap(() => run(agent, brief))` stops the agent when it switches; `switchMap(() => session.delegate(agent, brief))` only stops
 * watching it.
 *
 * @throws InvalidArgumentError where the agent or the brief is not what it should be
 */
export function run<R = string, B extends Brief = Brief, F extends AgentFunction<B> = Agent<R, B>>(
  agent: F, brief: B, options: RunOptions = {},
): Observable<AgentOutput<ResultOf<F>>> {
  const { brief: asked } = readDelegation(agent, brief);
  const { steering } = readOptions('the options of run', options, OPTIONS) as RunOptions;
  return new Observable((subscriber) => {
    // What the agent delegates belongs to a session of the run's own, and ends with it.
    const session = new SessionCore(resolveLimits());
    const mailbox = new Mailbox(() => undefined);
    let messages = 0;
    let ended = false;
    let origin: Origin = { run: {}, inner: undefined };
    const fail = (thrown: unknown): void => {
      origin.run.fate = FAILED;
      subscriber.error(thrown);
    };
    const end = (say: () => void): void => {
      child.whenConnected(() => {
        child.unsubscribe();
        ended = true;
        say();
      });
    };
    const child: Child = new Child({
      next: (value) => {
        try {
          const output = readOutput<ResultOf<F>>(value);
          const inner = origins.get(Object(value) as object);
          if (inner !== origin.inner) origin = { run: origin.run, inner };
          origins.set(output, origin);
          subscriber.next(output);
        } catch (thrown) {
          fail(thrown);
        }
      },
      error: (thrown: unknown) => { end(() => { fail(thrown); }); },
      complete: () => { end(() => { subscriber.complete(); }); },
      teardownFailed: (thrown) => {
        if (subscriber.closed) throw thrown;
        ended = true;
        fail(thrown);
      },
      released: () => undefined,
    });
    subscriber.add(() => {
      if (!ended) {
        origin.run.fate ??= STOPPED;
        child.stop(() => new TaskCancelledError('The run was unsubscribed before its end.'));
      }
      mailbox.close('cancelled')();
      session.shut(session.root, (task, ended) => { task.decide(PARENT_ENDED, ended); });
    });
    if (steering !== undefined) {
       
      subscriber.add(from(steering).subscribe({
        next: (message) => { mailbox.post(String(++messages), message); },
        error: () => undefined,
      }));
    }
    if (subscriber.closed) return;
    const own: Run & { saved?: unknown } = {
      id: session.newId(nameOf(agent)), depth: 1, child, mailbox,
      openMailbox: () => mailbox,
      save: (checkpoint) => { own.saved = checkpoint; },
    };
    const context = new TaskContext(session, session.root, own);
    child.connect(() => agent(asked, new Observable((listener) => { mailbox.listen(listener); }), context));
  });
}
