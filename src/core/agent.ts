import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import type { AgentAnswer, ResultBy, ResultOf } from './answer.js';
import type { Brief } from './brief.js';
import type { Budget, BudgetLeft, WaitingFor, WrapUp } from './budget.js';
import type { TaskEvent, TaskId } from './events.js';
import type { AgentOutput } from './output.js';
import type { OpenQuestion, Question } from './question.js';
import type { RunOptions } from './runOptions.js';
import type { StandardSchema } from './standardSchema.js';
import type { Json } from './json.js';
import type { Task, TaskSnapshot } from './task.js';

/**
 * An agent: a plain function from a brief to a stream of output.
 *
 * It is called once per run with what is asked, the steering messages that reach it in mid-run, and a context. Whatever RxJS
 * takes as an `ObservableInput` may come back: an Observable, a promise, an async generator, an array. A string counts as one
 * line. Unsubscribing from the returned Observable must stop the work; for promise-shaped work see {@link fromAsync}.
 *
 * ```
 * steering  ──s────────s──────▶
 * output    ──line──line──line──result|
 * ```
 *
 * ```ts
 * import { concat, interval, map, merge, of, take, type Observable } from 'rxjs';
 * import { collect, createSession, line, result, type Brief } from 'sidestream';
 *
 * const counter = ({ goal }: Brief, steering: Observable<string>) => concat(
 *   merge(interval(10).pipe(map((n) => line(`${goal} ${n}`))), steering.pipe(map(line))).pipe(take(3)),
 *   of(result('counted')),
 * );
 * const task = createSession().delegate(counter, { goal: 'count' });
 * task.steer('slower');
 * console.log(await collect(task)); // counted
 * console.log(task.snapshot().preview); // [ 'slower', 'count 0', 'count 1' ]
 * ```
 */
export type Agent<R = string, B extends Brief = Brief> =
  (brief: B, steering: Observable<string>, context: AgentContext) => ObservableInput<AgentOutput<R> | string>;

/**
 * What takes an agent takes any such function, and infers the result from what it answers. Unlike an {@link Agent}, which RxJS's `from` can
 * subscribe to, it may answer with a plain value, or a promise of one: that is the result.
 */
export type AgentFunction<B extends Brief = Brief> = (brief: B, steering: Observable<string>, context: AgentContext) => AgentAnswer;

/**
 * What takes such a brief. A parameter of that type beside the brief infers its type from the agent, where that says more than the brief by
 * itself: the words of an enumeration, and not any string.
 */
export type TakesBrief<B> = (brief: B, ...more: never) => unknown;

/** What a running agent can see of its task, and the verbs to start children of its own. */
export interface AgentContext extends Delegator {
  readonly taskId: TaskId;
  /** The generation of this task: 1 for what the session started, 2 for its children, and so on. */
  readonly depth: number;
  /** Made on first read. Aborts when the run is stopped before its end; not after it ended by itself. */
  readonly signal: AbortSignal;
  /**
   * Drains the waiting steering messages, oldest first, and marks them delivered. For agents that work in steps; agents that
   * subscribe to `steering` get each message at once and need no draining. Like every verb here it may be destructured.
   */
  takeSteering(this: void): readonly string[];
  /**
   * Hands each steering message on, in their order and one at a time, or as many as `concurrency` says. For agents that must pass a message
   * to something else, a process, a connection or a model: it waits in the mailbox until what `handOver` returns completes or resolves,
   * and reads `delivered` only then; if that fails it reads `missed`, with the reason `refused`, and the next one is tried. What the end
   * of the run finds on its way is missed, too.
   */
  deliverSteering(this: void, handOver: (message: string) => ObservableInput<unknown>, options?: DeliverOptions): void;
  /** Puts something out beside what the agent answers with; for promise-style agents, see {@link fromAsync}. */
  emit(this: void, output: AgentOutput<never> | string): void;
  /**
   * Says that the resources of this run are released only when `until` completes or settles, however it ends. For agents whose
   * teardown goes on after the unsubscribe, such as a process that is being ended. Until then `task.stopped` waits, at most the grace.
   */
  holdStop(this: void, until: ObservableInput<unknown>): void;
  /**
   * Saves what a later attempt may go on from; the last counts. In a session with a store it outlives the process, and must be JSON.
   *
   * @throws InvalidArgumentError, with the path of what is no JSON, in a session with a store
   */
  save(this: void, checkpoint: Json): void;
  /** What an earlier attempt, or this one, saved last; of a follow-up at first what the task that it follows saved last. */
  readonly saved: Json | undefined;
  /** Of a follow-up, see `follow_up` in the brief: what the task that it follows saved last. */
  readonly followed: Json | undefined;
  /**
   * Asks whoever is there to answer: the parent's model, code that watches `questions`, a person. Subscribing asks, the answer comes once,
   * and unsubscribing withdraws the question. Until it is answered the task reads `waitingFor`, and its deadline and its idle timeout stand
   * still. It ends with the run.
   *
   * ```ts
   * import { firstValueFrom } from 'rxjs';
   * import { collect, createSession, type AgentContext } from 'sidestream';
   *
   * const session = createSession();
   * session.questions.subscribe(([open]) => { open?.answer('blue'); });
   * const painter = async (_brief: unknown, _steering: unknown, context: AgentContext) =>
   *   `painted it ${await firstValueFrom(context.ask({ text: 'Which colour?', options: ['red', 'blue'] }))}`;
   * console.log(await collect(session.delegate(painter, { goal: 'paint' }))); // painted it blue
   * ```
   *
   * It errors with an UnansweredError where the question is declined, or nobody answers in time and it has no default; a permission that is
   * declined is refused, and a confirmation is false. In a `run()` of its own nobody can answer.
   *
   * @throws InvalidArgumentError where the question is not what it should be
   */
  ask<A = string>(this: void, question: Question<A>): Observable<A>;
  /**
   * An agent as a cold Observable inside this task: it has this task's id, limits, clock and children, and what it puts out goes to whoever
   * subscribes. Subscribing starts it, unsubscribing stops it, and it never outlives the run that it is in. A failure is an error.
   *
   * It gets the task's own steering messages, and what it has not taken when it ends, the next such run may take. Or it gets those of
   * `steering`. A message that was given to this agent, and that comes out of `steering` in the same frame, is delivered when the inner
   * agent has taken it, and missed when that ends without: `completed`, `failed` or `cancelled`. What comes out of `steering` and is no
   * message is refused by a warning `steering_refused`.
   *
   * ```ts
   * import { retry } from 'rxjs';
   * import { collect, createSession, type Agent } from 'sidestream';
   *
   * const twice = (agent: Agent): Agent => (brief, _steering, context) => context.run(agent, brief).pipe(retry(1));
   * let tries = 0;
   * const flaky: Agent = () => {
   *   if (++tries === 1) throw new Error('no luck');
   *   return [`try ${tries}`];
   * };
   * console.log(await collect(createSession().delegate(twice(flaky), { goal: 'try' }))); // try 2
   * ```
   *
   * @throws InvalidArgumentError where the agent, the brief or an option is not what it should be
   */
  run<R = string, B extends Brief = Brief, F extends AgentFunction<B> = Agent<R, B>>(
    this: void, agent: F & TakesBrief<B>, brief: B, options?: RunOptions,
  ): Observable<AgentOutput<ResultOf<F>>>;
  /** What the task's result has to be, where somebody has said so. A run inside a task has none: its result is not the task's. */
  readonly resultSchema: StandardSchema | undefined;
  /** The session's clock, for RxJS's operators of time. */
  readonly scheduler: SchedulerLike;
  /** Resolves after so many milliseconds of that clock; rejects when the run ends before, with the reason of its signal. */
  sleep(this: void, milliseconds: number): Promise<void>;
  /** What is left of the budgets of this task and of all places above it. */
  readonly budget: BudgetLeft;
  /**
   * The source, and as long as it is subscribed the task reads `waitingFor`: its deadline and its idle timeout stand still, and it can be
   * steered and cancelled. For what is not the task's own work, such as a pause that a provider asks for. In a `run()` it is the source.
   */
  waitFor<T>(this: void, why: WaitingFor, source: ObservableInput<T>): Observable<T>;
}

/** How messages are handed on. */
export interface DeliverOptions {
  /** Messages that may be on their way at once; each is delivered or missed by itself, in any order. @defaultValue 1 */
  readonly concurrency?: number | undefined;
}

/** The verbs that a session and the context of a running agent share. Each sees only the tasks below itself. */
export interface Delegator {
  /**
   * Starts an agent in the background and answers at once with its task. The agent is called in the same frame, unless the task has to
   * wait for a slot. What the child does never throws here; what the caller does wrong always throws, and then nothing was started.
   *
   * @throws InvalidArgumentError, CapacityError, DepthExceededError, SessionClosedError, NotRunningError, AbortedError, KeyTakenError
   */
  delegate<R = string, B extends Brief = Brief, F extends AgentFunction<B> = Agent<R, B>, S extends StandardSchema = StandardSchema>(
    this: void, agent: F & TakesBrief<B>, brief: B, options?: DelegateOptions & { readonly resultSchema?: S | undefined },
  ): Task<ResultBy<F, S>>;
  /** The task with this id, if it is below this scope and still kept. */
  get(this: void, id: string): Task | undefined;
  /** Whether a task with this id was below this scope and has been forgotten to make room. */
  isEvicted(this: void, id: string): boolean;
  /** Every task below this scope that is still kept, in the order of their start. */
  tasks(this: void): readonly Task[];
  /** What they look like now, with the last `lines` lines of each. @defaultValue lines: 0 */
  list(this: void, lines?: number): readonly TaskSnapshot[];
  /**
   * The tasks that this scope started, that have ended, and whose end nobody has heard of, in the order of their end. Of a detached task
   * whose parent has ended, the next scope above that lives is to hear.
   */
  unheard(this: void): readonly Task[];
  /** What is asked below this scope now, the oldest first; then again whenever that changes. Completes with the scope. */
  readonly questions: Observable<readonly OpenQuestion[]>;
  /** Every event of every task below this scope, merged in one order. Live: nothing is replayed. Completes with the scope. */
  readonly events: Observable<TaskEvent>;
  /** The room in the generation into which `delegate` would start a task. */
  readonly capacity: Capacity;
  /** How many generations may follow below this scope; at 0 `delegate` throws DepthExceededError. */
  readonly depthLeft: number;
  /**
   * Opens a part of this scope, with caps, an inbox and an end of its own: one conversation of many, or a fan-out. Its tasks are tasks of
   * this scope, too, and no generation lies between. While a scope is open, its name answers with that same scope.
   *
   * @throws InvalidArgumentError, SessionClosedError, NotRunningError
   */
  scope(this: void, options?: ScopeOptions): Scope;
}

/** A part of a session, with the verbs of a session. */
export interface Scope extends Delegator, AsyncDisposable {
  readonly name: string;
  /** Ends all in it, and reports as a session's own `close` does. What was unheard passes to the next place above. */
  close(this: void, reason?: unknown): Promise<CloseReport>;
  /** Ends all in it, and answers with the ids of those that lived. The scope goes on. */
  cancel(this: void, reason?: unknown): readonly TaskId[];
}

/** How a scope is to be. */
export interface ScopeOptions {
  /** Finds it again, also after a restart where the session has a store. @defaultValue none: nobody else finds it */
  readonly name?: string | undefined;
  /** Tasks of it that may run at once in each generation; the session's caps hold beside it. @defaultValue Infinity */
  readonly maxRunning?: number | undefined;
  /** Tasks of it that may run at once in all generations together. @defaultValue Infinity */
  readonly maxTotalRunning?: number | undefined;
  /** What `delegate` does at its caps: throw, or let the task wait. @defaultValue the session's */
  readonly overflow?: 'reject' | 'queue' | undefined;
  /** What its tasks together may spend; over it all of them end as `budget_exceeded`, and no more can be started. @defaultValue no limit */
  readonly budget?: Budget | undefined;
  /** `cancel`: the first task that fails takes the others along, and what is still to come. @defaultValue nothing */
  readonly onFailure?: 'cancel' | undefined;
}

/** What became of the tasks of a closed session or scope. */
export interface CloseReport {
  /** Whether nothing is left running. */
  readonly stopped: boolean;
  /** The tasks that were ended by closing. */
  readonly ids: readonly TaskId[];
  /** The tasks that had not stopped when the grace ran out, whatever ended them. */
  readonly notStopped: readonly TaskId[];
  /** The tasks that had ended before, and whose end nobody had heard of. */
  readonly unheard: readonly TaskId[];
}

/** What `createLimit` makes: a limit that any number of sessions share. */
export interface Limit {
  /** How many tasks run under it. */
  readonly running: number;
}

/** How many tasks of one generation run and wait, over the whole session. */
export interface Capacity {
  readonly running: number;
  readonly queued: number;
  /** `Infinity` where there is none. */
  readonly limit: number;
}

/** How one task is to be run. */
export interface DelegateOptions {
  /** The agent's name in ids, events and lists. @defaultValue the function's own name, or `agent` */
  readonly name?: string | undefined;
  /** Lets the task outlive its parent's end and its parent's cancel; never the session. @defaultValue false */
  readonly detached?: boolean | undefined;
  /** Milliseconds after which the task fails as `deadline_exceeded`. @defaultValue the session's */
  readonly deadline?: number | undefined;
  /** Milliseconds of silence, of the task and of all below it, after which it fails as `stalled`. @defaultValue the session's */
  readonly idleTimeout?: number | undefined;
  /** What the task and all below it may spend; over it they end as `budget_exceeded`. @defaultValue what is left above */
  readonly budget?: Budget | undefined;
  /** Warns the task before a limit ends it. At 80 % of a budget it is warned in any case. @defaultValue none */
  readonly wrapUp?: WrapUp | undefined;
  /** Aborting it cancels the task with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** `false` refuses every steering message at once. @defaultValue the agent's own property `steerable`, or true */
  readonly steerable?: boolean | undefined;
  /**
   * Names the task in this scope. Whoever delegates the same again finds the first as `whenTaken` says, as long as it is kept.
   */
  readonly key?: string | undefined;
  /**
   * Where a task has the key. `join`: answers with that task, running or ended; its agent and brief must be the same. `supersede`: cancels
   * it if it runs, and starts this one. `refuse`: throws while it runs. @defaultValue 'join'
   */
  readonly whenTaken?: 'join' | 'supersede' | 'refuse' | undefined;
  /** Holds it back, as `queued`, until there is room. @defaultValue the agent's own property `limit` */
  readonly limit?: Limit | undefined;
  /**
   * What the result has to be, by a schema library such as zod: the task completes with what the schema makes of it, or fails as
   * `invalid_result`, with what it was as `partial`. A text that the schema does not take is read as JSON. The schema must answer at once,
   * and no promise. @defaultValue the agent's own property `resultSchema`
   */
  readonly resultSchema?: StandardSchema | undefined;
  /** What it belongs to, such as a trace; repeated in its events. At most 16 strings of 500 characters. */
  readonly meta?: Readonly<Record<string, string>> | undefined;
}

/**
 * What becomes of a running task of a session with a store when its process has ended. `interrupt`: it ends as failed, `interrupted`: what
 * it did may have happened. `restart`: it is run again from its beginning. `resume`: it is called again and goes on from `context.saved`;
 * where it had saved nothing, it is interrupted.
 */
export type OnRestart = 'interrupt' | 'restart' | 'resume';
