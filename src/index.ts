// Agents, and what they put out
export type {
  Agent, AgentContext, AgentFunction, Capacity, CloseReport, DelegateOptions, Delegator, DeliverOptions, Limit, Scope, ScopeOptions,
  TakesBrief,
} from './core/agent.js';
export type { AgentAnswer, ResultOf } from './core/answer.js';
export type { Brief } from './core/brief.js';
export type { Budget, BudgetLeft, Spend, WaitingFor, WrapUp } from './core/budget.js';
export { fromAsync, type AsyncAgentAnswer, type AsyncAgentContext } from './core/fromAsync.js';
export {
  attempt, line, step, text, tool, usage, type AgentOutput, type AttemptOutput, type LineOutput, type ResultOutput, type StepOutput,
  type TextOutput, type ToolOutput, type UsageOutput,
} from './core/output.js';
export { isParts, parts, type JsonPart, type MediaInfo, type MediaPart, type Part, type Parts, type TextPart } from './core/parts.js';
export { result } from './core/result.js';
export type { StandardSchema } from './core/standardSchema.js';

// Cold: an agent as an Observable
export { run } from './core/run.js';
export type { RunOptions, SteeringMessage } from './core/runOptions.js';

// Hot: tasks in the background
export { delegated, type DelegatedOptions } from './core/delegated.js';
export { createSession, type Session } from './core/session.js';
export { createLimit, type LimitOptions } from './core/createLimit.js';
export type { RetainOptions, SessionOptions } from './core/limits.js';
export type {
  SteeringReceipt, SteerOptions, StopReport, Task, TaskSnapshot, TaskStatus,
} from './core/task.js';

// What agents ask
export type {
  AnsweredHow, AnswerReceipt, OpenQuestion, PermissionKind, Question, QuestionData, QuestionKind, QuestionOption,
} from './core/question.js';

// Events
export {
  isOutcome, type AnsweredEvent, type AttemptEvent, type Ending, type EventBase, type Failure, type LineEvent, type Opening, type Outcome,
  type QuestionEvent, type QueuedEvent, type ResumedEvent, type StartedEvent, type SteeredEvent, type SteeringState, type StepEvent,
  type TaskEvent, type TaskId, type ToolEvent, type UsageEvent, type WaitingEvent, type WarningEvent,
} from './core/events.js';

// Operators, over runs and tasks alike
export { lines } from './core/operators/lines.js';
export { outcome } from './core/operators/outcome.js';
export { outcomes } from './core/operators/outcomes.js';
export { preview } from './core/operators/preview.js';
export { untilAborted } from './core/operators/untilAborted.js';
export { within } from './core/operators/within.js';

// The door to promises
export { collect, type CollectOptions } from './core/collect.js';

// Errors
export {
  AbortedError, AgentError, AlreadyAnsweredError, BudgetExceededError, CapacityError, CollectTimeoutError, DeadlineExceededError,
  DepthExceededError, InterruptedError, InvalidArgumentError, InvalidResultError, KeyTakenError, MailboxFullError, NoResultError,
  NotRunningError, NotStartedError, NotSteerableError, QuestionNotFoundError, SessionClosedError, SidestreamError, StalledError,
  TaskCancelledError, TaskEvictedError, TaskNotFoundError, UnansweredError, type ErrorCode, type FailureCode, type RefusalCode,
} from './core/errors.js';
