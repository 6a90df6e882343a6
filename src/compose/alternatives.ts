import type { Observable, ObservableInput } from 'rxjs';
import {
  AsyncSubject, catchError, defer, filter, finalize, from, map, merge, mergeMap, NEVER, of, Subject, take, tap, throwError,
} from 'rxjs';
import type { AgentContext, DelegateOptions } from '../core/agent.js';
import type { Brief } from '../core/brief.js';
import { isOutcome, type Ending, type Outcome, type TaskEvent } from '../core/events.js';
import { outcome } from '../core/operators/outcome.js';
import { line, type AgentOutput } from '../core/output.js';
import { result } from '../core/result.js';
import type { SteeringReceipt, Task } from '../core/task.js';
import { anew } from './anew.js';
import type { AnyAgent } from './anyAgent.js';
import { nameOf } from './asAgent.js';

/** So many messages are repeated to those who start later, the latest. */
const REPEATED = 32;

/** How an alternative ended, or that it could not be started. */
export interface End {
  /** Its task's id, or where there is no task, what it is called. */
  readonly id: string;
  readonly ending: Ending;
  /** What is thrown in place of its result, where it has none. */
  readonly error?: unknown;
  /** Whether it could not even be started. */
  readonly isRefused?: boolean;
}

/** How an alternative ended that has a result. */
export type Success = End & { readonly ending: { readonly type: 'completed' } };

export const isSuccess = (end: End): end is Success => end.ending.type === 'completed';

/** A message, and the receipts of those to whom it was given after it came. */
interface Said {
  readonly message: string;
  readonly later: Subject<SteeringReceipt>;
}

/** Lets alternatives do what one is asked for, and leaves none behind that lives, however that ends. */
export const among = <R>(
  context: AgentContext, brief: Brief, play: (all: Alternatives) => Observable<AgentOutput<R>>,
): Observable<AgentOutput<R>> => defer(() => {
  const all = new Alternatives(context, brief);
  return play(all).pipe(catchError((thrown: unknown) => {
    all.stop('not needed: the whole has failed');
    throw thrown;
  }));
});

/**
 * The alternatives of one run of a combinator: child tasks of its own. What it is told they are all told, also those that start later, and
 * each is heard of to its end, whoever has lost interest in it, so that nobody above is told of it.
 */
export class Alternatives {
  readonly #context: AgentContext;
  readonly #brief: Brief;
  readonly #live = new Set<Task>();
  readonly #said: Said[] = [];
  /** How many are being started, and what has become of them meanwhile. */
  #starting = 0;
  #become: string[] = [];

  constructor(context: AgentContext, brief: Brief) {
    this.#context = context;
    this.#brief = anew(brief);
    context.deliverSteering((message) => this.#hand(message), { concurrency: Infinity });
  }

  /** How many live. */
  get size(): number { return this.#live.size; }

  /** Whether one of them has a result, which is told when the session's store has kept it. */
  get haveWon(): boolean { return [...this.#live].some((task) => task.outcome?.type === 'completed'); }

  /** Starts one when it is subscribed to, and tells how it ended, unless it was stopped; unsubscribed before that, it is cancelled. */
  start(agent: AnyAgent, options?: DelegateOptions, began: (task: Task) => void = () => undefined): Observable<End> {
    return defer(() => {
      let task: Task;
      this.#starting += 1;
      try {
        task = this.#context.delegate(agent, this.#brief, options);
      } catch (thrown) {
        return this.#refuse(agent, thrown);
      } finally {
        this.#starting -= 1;
      }
      this.#live.add(task);
      began(task);
      for (const { message, later } of this.#said) later.next(task.steer(message));
      const ends = new AsyncSubject<Outcome>();
      // Not unsubscribed with the rest: whoever is given its outcome has heard of it.
      // eslint-disable-next-line rxjs-x/no-ignored-subscription -- it ends with the task
      task.events.pipe(tap((event) => { this.#tell(task, event); }), filter(isOutcome)).subscribe(ends);
      return ends.pipe(
        filter(() => this.#live.delete(task)),
        mergeMap((ending) => endOf(task.id, ending)),
        finalize(() => { this.#cancel(task, 'not needed any more'); }),
      );
    });
  }

  /** Cancels all that live, but perhaps one, and says why. */
  stop(reason: string, but?: string): void {
    for (const task of this.#live) if (task.id !== but) this.#cancel(task, reason);
  }

  /** Prints what has become of one of them: that it has started first of all. */
  say(id: string, what: string): void {
    if (this.#starting > 0) this.#become.push(`${id} ${what}`);
    else this.#print(`${id} ${what}`);
  }

  /** It is no work of its own, and no result. */
  #print(words: string): void { this.#context.emit({ ...line(words), aside: true }); }

  #cancel(task: Task, reason: string): void {
    if (this.#live.delete(task)) task.cancel(reason);
  }

  #tell(task: Task, event: TaskEvent): void {
    if (!this.#live.has(task)) return;
    if (event.type === 'started') {
      for (const words of [`${task.id} started`, ...this.#become.splice(0)]) this.#print(words);
    } else if (event.type === 'failed') this.say(task.id, `failed: ${event.error.message}`);
    else if (event.type === 'cancelled') this.say(task.id, `was cancelled: ${event.reason}`);
  }

  #refuse(agent: { readonly name: unknown }, thrown: unknown): Observable<End> {
    const id = nameOf(agent);
    return throwError(() => thrown).pipe(outcome(), map((ending) => {
      this.say(id, `was not started: ${reasonOf(ending)}`);
      return { id, ending, error: thrown, isRefused: true };
    }));
  }

  /** Completes when one of those that live, or start later, has taken the message; errors where all that live refuse it. */
  #hand(message: string): ObservableInput<unknown> {
    const given = [...this.#live].map((task) => task.steer(message));
    const refusal = given.find(({ error }) => error !== undefined)?.error;
    if (refusal !== undefined && given.every(({ error }) => error !== undefined)) throw refusal;
    const later = new Subject<SteeringReceipt>();
    if (this.#said.push({ message, later }) > REPEATED) this.#said.shift();
    return merge(from(given), later, NEVER).pipe(mergeMap(({ settled }) => settled), filter(({ state }) => state === 'delivered'), take(1));
  }
}

/** With the error that stands for it, as whoever collects the task gets it. */
const endOf = (id: string, ending: Outcome): Observable<End> =>
  of(ending).pipe(result(), map(() => ({ id, ending })), catchError((error: unknown) => of({ id, ending, error })));

/** Why there is no result, or none that counts, in the words of what ended. */
export function reasonOf(ending: Ending): string {
  if (ending.type === 'completed') return 'it ended without a match';
  if (ending.type !== 'failed') return `cancelled: ${ending.reason}`;
  const { message } = ending.error;
  return message === 'undefined' || message === 'null' ? `it failed with ${message}` : message;
}
