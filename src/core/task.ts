import type { InteropObservable, Observable, Observer } from 'rxjs';
import type { Brief } from './brief.js';
import type { WaitingFor } from './budget.js';
import type { SidestreamError } from './errors.js';
import type { Outcome, SteeringState, TaskEvent, TaskId } from './events.js';
import type { AgentOutput, UsageOutput } from './output.js';
import type { AnswerReceipt, OpenQuestion, QuestionData } from './question.js';
import type { StandardSchema } from './standardSchema.js';

declare global {
  // Merged with those of the compiler's `lib` or of `@types/node`. Where neither has them, as in `lib: ["ES2022", "DOM"]`, there is nothing
  // that `using` could call, and what extends them still compiles.
  /* eslint-disable @typescript-eslint/no-empty-object-type */
  interface Disposable {}
  interface AsyncDisposable {}
  /* eslint-enable @typescript-eslint/no-empty-object-type */
}

/**
 * One run of an agent in the background: a hot handle that has an Observable and can be given wherever RxJS takes an `ObservableInput`.
 *
 * It has no `then`, so an async function can return it without waiting for it. To wait, see {@link collect}.
 */
export interface Task<R = unknown> extends InteropObservable<TaskEvent<R>>, Disposable {
  readonly id: TaskId;
  readonly brief: Brief;
  readonly parentId: TaskId | undefined;
  /** What it was delegated with. */
  readonly meta: Readonly<Record<string, string>> | undefined;
  /** What its result has to be, where anything says so. */
  readonly resultSchema: StandardSchema<R> | undefined;
  /** Where it is in its life; `snapshot()` says more, and costs more. */
  readonly status: TaskStatus;
  /** How it ended, once it has. Reading it is no hearing of it. */
  readonly outcome: Outcome<R> | undefined;
  /** Whether anybody has heard how it ended. */
  readonly isHeard: boolean;
  /** Every task that ended with this one, itself first; none while it goes on. */
  readonly endedIds: readonly TaskId[];
  /**
   * Hot. Replays the window, ends with the outcome, and never errors: a failed child is a value here. Only a session with a store that is
   * closed, or lost, completes them without: the task goes on elsewhere.
   */
  readonly events: Observable<TaskEvent<R>>;
  /**
   * What the child puts out, as it comes: hot and live, chunks of text included, a bare string as a `line`. Nothing is replayed; it
   * completes with the task and never errors. Each output comes behind the events that it makes.
   */
  readonly outputs: Observable<AgentOutput<R>>;
  /** Steers with whatever is given to `next`, as in `hints.subscribe(task.steering)`; `error` and `complete` are ignored. */
  readonly steering: Observer<string>;
  /**
   * Sends a message to the running agent and answers with its receipt. Never throws: a refusal is a receipt that reads `missed`, with
   * the code as its reason. The same `id` twice sends the message once and answers with its current state.
   */
  steer(text: string, options?: SteerOptions): SteeringReceipt;
  /** What it asks now, the oldest first. */
  readonly questions: readonly OpenQuestion[];
  /** Answers one of its questions, once: whoever comes first is heard. Never throws: a refusal is a receipt with an error. */
  answer(questionId: string, value: unknown): AnswerReceipt;
  /** Refuses to answer one, see {@link OpenQuestion}. */
  decline(questionId: string, reason?: string): AnswerReceipt;
  /** What the task looks like now, with the last `lines` lines. @defaultValue lines: 10 */
  snapshot(lines?: number): TaskSnapshot<R>;
  /** Ends the task and all below it, in the same frame; `false` if it had ended already. */
  cancel(reason?: unknown): boolean;
  /** Emits once, when it has ended. Unlike being given the outcome by `events`, this is not hearing of it. */
  readonly ended: Observable<unknown>;
  /** Emits once, when the child's resources and those of all below it are really released, or when the grace ran out. */
  readonly stopped: Observable<StopReport>;
}

/** How to send a steering message. */
export interface SteerOptions {
  /** Names the message, so that sending it again is harmless. @defaultValue a new id */
  readonly id?: string | undefined;
}

/** What became of a steering message. Frozen: the final state comes from `settled`. */
export interface SteeringReceipt {
  readonly id: string;
  readonly state: SteeringState;
  /** For `missed`: a refusal's code, or how the task ended. */
  readonly reason?: string;
  /** For `delivered`: how many steps were over by then, where the agent works in steps. */
  readonly step?: number;
  /** For a refusal: the sentence that says what to do. */
  readonly error?: SidestreamError;
  /** Emits the final receipt, `delivered` or `missed`, and completes. */
  readonly settled: Observable<SteeringReceipt>;
}

/** Where a task is in its life. */
export type TaskStatus = 'queued' | 'running' | Outcome['type'];

/** What a task looks like at one moment. Times are milliseconds of the session's scheduler. */
export interface TaskSnapshot<R = unknown> {
  readonly taskId: TaskId;
  readonly parentId?: TaskId;
  readonly agent: string;
  readonly goal: string;
  readonly meta?: Readonly<Record<string, string>>;
  readonly status: TaskStatus;
  readonly createdAt: number;
  /** When the agent was called; missing for a task that never left the queue. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** Milliseconds from the start, or from the making of a queued task, until the end or now. */
  readonly elapsed: number;
  /** When the child last put anything out. */
  readonly lastActivityAt: number;
  /** The last lines of the window, and behind them what is in hand of a line that has not come to its end. */
  readonly preview: readonly string[];
  /** Lines in the window. */
  readonly windowLines: number;
  /** Lines that have left the window. */
  readonly droppedLines: number;
  /** Lines in the window that were cut. */
  readonly cutLines: number;
  /** What came from the child after its end; counted, never applied. */
  readonly lateOutputs: number;
  readonly steering: { readonly queued: number; readonly delivered: number; readonly missed: number };
  /** The messages that the child never got, where any were missed: the last 32 of them. */
  readonly missedSteering?: readonly { readonly id: string; readonly text: string }[];
  /** What it waits for, where that is not its own work. */
  readonly waitingFor?: WaitingFor;
  /** What it asks, where it does. */
  readonly questions?: readonly QuestionData[];
  /** What the task and all below it have used; `incomplete` where one of them was stopped before its own end. */
  readonly usage?: Omit<UsageOutput, 'type'> & { readonly incomplete?: true };
  readonly outcome?: Outcome<R>;
}

/** Whether a task, and what ended with it, has really stopped. */
export interface StopReport {
  readonly taskId: TaskId;
  readonly stopped: boolean;
  /** Every task that ended with this one, itself first. */
  readonly ids: readonly TaskId[];
  /** The tasks of it that have not stopped, those included that had ended before. */
  readonly notStopped: readonly TaskId[];
}
