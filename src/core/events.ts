import type { WaitingFor } from './budget.js';
import type { FailureCode } from './errors.js';
import type { AttemptOutput, ToolOutput, UsageOutput } from './output.js';
import type { AnsweredHow, QuestionData } from './question.js';
import type { Json } from './json.js';
import type { TaskId } from './taskId.js';

export type { TaskId } from './taskId.js';

/** What every event has. Events are plain JSON data; only a `completed` event's result is as the agent gave it. */
export interface EventBase {
  readonly taskId: TaskId;
  /** The place in the task's one order, from 0. */
  readonly seq: number;
  /** Milliseconds of the session's scheduler: since 1970, unless it is virtual. */
  readonly at: number;
  /** 1 for the first run of the task. */
  readonly attempt: number;
  /** What the task was delegated with, where it was. */
  readonly meta?: Readonly<Record<string, string>>;
}

/** The task waits for a free slot. */
export interface QueuedEvent extends EventBase, Opening { readonly type: 'queued' }

/** The agent is about to be called. */
export interface StartedEvent extends EventBase, Opening { readonly type: 'started' }

/** What the first events of a task say about it. */
export interface Opening {
  readonly agent: string;
  readonly goal: string;
  readonly depth: number;
  readonly parentId?: TaskId;
}

/** A line was printed. Its text is at most the window's line length, the mark of a cut included. */
export interface LineEvent extends EventBase {
  readonly type: 'line';
  readonly text: string;
  /** How many characters were cut off, where any were. */
  readonly cut?: number;
}

/** A steering boundary was passed. */
export interface StepEvent extends EventBase { readonly type: 'step' }

/** A tool call of the agent has started or ended. */
export interface ToolEvent extends EventBase, ToolOutput { readonly type: 'tool' }

/** Tokens used since the last such event. */
export interface UsageEvent extends EventBase, UsageOutput { readonly type: 'usage' }

/** A new attempt has begun; `attempt` counts it. */
export interface AttemptEvent extends EventBase, AttemptOutput { readonly type: 'attempt' }

/** The task waits for something that is not its own work: its limits of time stand still. */
export interface WaitingEvent extends EventBase, WaitingFor { readonly type: 'waiting' }

/** It waits no more. */
export interface ResumedEvent extends EventBase { readonly type: 'resumed' }

/** The agent asks, and waits for an answer. */
export interface QuestionEvent extends EventBase, Omit<QuestionData, 'id' | 'taskId' | 'agent' | 'askedAt'> {
  readonly type: 'question';
  readonly questionId: string;
}

/** A question was settled, and how. */
export interface AnsweredEvent extends EventBase {
  readonly type: 'answered';
  readonly questionId: string;
  /** `default`, `unanswered`: its time ran out. `withdrawn`: the agent asks no more. */
  readonly how: AnsweredHow;
  /** What its agent was answered. */
  readonly answer?: Json;
  /** Of whoever declined. */
  readonly reason?: string;
}

/** What became of a steering message. */
export interface SteeredEvent extends EventBase {
  readonly type: 'steered';
  readonly steeringId: string;
  readonly state: SteeringState;
  readonly text: string;
  /** Why it was missed: how the task ended, or `refused` where the agent could not hand it on. */
  readonly reason?: string;
  /** For `delivered`: how many steps were over by then, where the agent works in steps. */
  readonly step?: number;
}

/** Where a steering message is: waiting, taken by the agent, or never taken. */
export type SteeringState = 'queued' | 'delivered' | 'missed';

/** Something that whoever watches should know of. The task goes on. */
export interface WarningEvent extends EventBase {
  readonly type: 'warning';
  /**
   * `idle`: silent for 80 % of the idle timeout. `deadline`, `budget`: near that limit. Each of these as early as `wrapUp` says, where it
   * does. `teardown_failed`: the child's teardown threw. `steering_refused`: a message sent
   * through the `steering` observer was refused. `unheard_evicted`: an ended task that nobody had heard of had to be forgotten (told by
   * the streams of the scopes above it only, and where somebody asks for the unheard).
   */
  readonly code: 'idle' | 'deadline' | 'budget' | 'teardown_failed' | 'steering_refused' | 'unheard_evicted';
  readonly message: string;
}

/** Why a task failed, as JSON data. */
export interface Failure {
  readonly code: FailureCode;
  /** The `name` of what was thrown. */
  readonly name: string;
  readonly message: string;
}

/** How a run ended: the part of an outcome that does not belong to a task. */
export type Ending<R = unknown> =
  | { readonly type: 'completed'; readonly result: R }
  /** `partial`: what there was of a result, where a limit of time or money has ended it, or the agent's own error has it. */
  | { readonly type: 'failed'; readonly error: Failure; readonly partial?: unknown }
  | { readonly type: 'cancelled'; readonly reason: string };

/** The last event of a task. Nothing follows it. */
export type Outcome<R = unknown> = EventBase & Ending<R>;

/** What happened in a task. */
export type TaskEvent<R = unknown> =
  | QueuedEvent | StartedEvent | LineEvent | StepEvent | ToolEvent | UsageEvent | AttemptEvent | WaitingEvent | ResumedEvent
  | QuestionEvent | AnsweredEvent | SteeredEvent | WarningEvent | Outcome<R>;

/** Whether an event is the last one of its task. */
export const isOutcome = <E extends TaskEvent>(event: E): event is Extract<E, { readonly type: Outcome['type'] }> =>
  event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled';
