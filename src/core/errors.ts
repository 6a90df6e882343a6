/**
 * Every code an error of this library can carry. The first line are refusals of a call, the second failures of a child, the
 * third what only {@link collect} rejects with, the fourth why a store could not be opened.
 */
export type ErrorCode =
  | RefusalCode
  | FailureCode
  | 'cancelled' | 'timeout'
  | 'store_busy' | 'store_newer' | 'store_damaged';

/** Why a call was refused: nothing was started and nothing was changed by it. */
export type RefusalCode =
  | 'invalid_argument' | 'task_not_found' | 'evicted' | 'not_running' | 'not_steerable'
  | 'mailbox_full' | 'limit_reached' | 'depth_exceeded' | 'session_closed' | 'aborted'
  | 'store_unavailable' | 'store_lost' | 'taken' | 'budget_exceeded' | 'question_not_found' | 'already_answered';

/** Why a task ended as `failed`. */
export type FailureCode =
  'agent_error' | 'no_result' | 'invalid_result' | 'deadline_exceeded' | 'stalled' | 'budget_exceeded' | 'not_started' | 'interrupted'
  | 'unanswered';

/**
 * The base of every error this library makes: a sentence that says what happened and what to do, and a stable `code`.
 *
 * Switch on `code` where errors cross a process or a copy of the package; `instanceof` is for one copy only.
 */
export abstract class SidestreamError extends Error {
  /** Written out: a bundler may call the class otherwise. */
  abstract override readonly name: string;
  abstract readonly code: ErrorCode;
  /** What there was of a result, where the agent that fails by this error says so; a failed task has it as `outcome.partial`. */
  declare readonly partial?: unknown;

  constructor(message?: string, { partial, ...options }: FailureOptions = {}) {
    super(message, options);
    if (partial !== undefined) this.partial = partial;
  }

  /** As JSON it says what it says: a receipt may go over the wire. */
  toJSON(): object {
    const { name, code, message } = this;
    return { name, code, message };
  }
}

/** What may be known of a failure beside its sentence. */
export interface FailureOptions extends ErrorOptions {
  readonly partial?: unknown;
}

// Refusals: what a caller did.

/** An argument was not what was expected; the message names it, what was expected and what came. */
export class InvalidArgumentError extends SidestreamError {
  override readonly name = 'InvalidArgumentError';
  readonly code = 'invalid_argument';
}

/** No task of this scope has the id. A foreign id answers the same. */
export class TaskNotFoundError extends SidestreamError { override readonly name = 'TaskNotFoundError'; readonly code = 'task_not_found'; }

/** The task ended and has been forgotten to make room; see `retain` in the session's options. */
export class TaskEvictedError extends SidestreamError { override readonly name = 'TaskEvictedError'; readonly code = 'evicted'; }

/** The task has ended already, so it can neither be steered nor cancelled, nor delegate. */
export class NotRunningError extends SidestreamError { override readonly name = 'NotRunningError'; readonly code = 'not_running'; }

/** The agent, or its definition, says that it does not listen to steering. */
export class NotSteerableError extends SidestreamError { override readonly name = 'NotSteerableError'; readonly code = 'not_steerable'; }

/** The task has as many undelivered steering messages as its mailbox holds. */
export class MailboxFullError extends SidestreamError { override readonly name = 'MailboxFullError'; readonly code = 'mailbox_full'; }

/** A cap of the session is reached: running tasks, queued tasks or descendants of one root task. */
export class CapacityError extends SidestreamError {
  override readonly name = 'CapacityError';
  readonly code = 'limit_reached';

  constructor(message: string, readonly count: number, readonly limit: number) {
    super(message);
  }
}

/** A task of the deepest generation wanted to delegate. */
export class DepthExceededError extends SidestreamError { override readonly name = 'DepthExceededError'; readonly code = 'depth_exceeded'; }

/** The session is closed: it takes no new tasks. */
export class SessionClosedError extends SidestreamError { override readonly name = 'SessionClosedError'; readonly code = 'session_closed'; }

/** Another task of this scope has the key; the message names it, and says what to do. */
export class KeyTakenError extends SidestreamError { override readonly name = 'KeyTakenError'; readonly code = 'taken'; }

/** The task asks no such question, and has not asked it lately. */
export class QuestionNotFoundError extends SidestreamError {
  override readonly name = 'QuestionNotFoundError';
  readonly code = 'question_not_found';
}

/** Somebody has answered or declined the question before, or its time has run out, or it is not asked any more. */
export class AlreadyAnsweredError extends SidestreamError {
  override readonly name = 'AlreadyAnsweredError';
  readonly code = 'already_answered';
}

/** The caller's own signal was aborted before the call; `cause` is its reason. */
export class AbortedError extends SidestreamError { override readonly name = 'AbortedError'; readonly code = 'aborted'; }

// Failures: what became of a child.

/** The agent threw, or its Observable errored; `cause` is what it threw. */
export class AgentError extends SidestreamError { override readonly name = 'AgentError'; readonly code = 'agent_error'; }

/** The agent ended without a result and without a single line. */
export class NoResultError extends SidestreamError { override readonly name = 'NoResultError'; readonly code = 'no_result'; }

/** The result is not as its `resultSchema` says; the message has the path, and the outcome's `partial` what it was. */
export class InvalidResultError extends SidestreamError { override readonly name = 'InvalidResultError'; readonly code = 'invalid_result'; }

/** The task ran longer than its `deadline`. */
export class DeadlineExceededError extends SidestreamError {
  override readonly name = 'DeadlineExceededError';
  readonly code = 'deadline_exceeded';
}

/** The task and all tasks below it were silent for its `idleTimeout`. */
export class StalledError extends SidestreamError { override readonly name = 'StalledError'; readonly code = 'stalled'; }

/** More was spent than a budget allows, or nothing of it is left. */
export class BudgetExceededError extends SidestreamError {
  override readonly name = 'BudgetExceededError';
  readonly code = 'budget_exceeded';
}

/** What the agent must start first did not start: thrown by kinds of child that need a process or a connection. */
export class NotStartedError extends SidestreamError { override readonly name = 'NotStartedError'; readonly code = 'not_started'; }

/** The process of the task's session ended while it ran: what it did may have happened. */
export class InterruptedError extends SidestreamError { override readonly name = 'InterruptedError'; readonly code = 'interrupted'; }

/** What the agent asked was declined, or nobody answered in time. */
export class UnansweredError extends SidestreamError { override readonly name = 'UnansweredError'; readonly code = 'unanswered'; }

// What only a collect says.

/** The task was cancelled; the message carries the reason. */
export class TaskCancelledError extends SidestreamError { override readonly name = 'TaskCancelledError'; readonly code = 'cancelled'; }

/** The time ran out before the task ended. The task goes on; collect it again. */
export class CollectTimeoutError extends SidestreamError { override readonly name = 'CollectTimeoutError'; readonly code = 'timeout'; }
