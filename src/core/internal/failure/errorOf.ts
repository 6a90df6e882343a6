import {
  AgentError, BudgetExceededError, DeadlineExceededError, InterruptedError, InvalidResultError, NoResultError, NotStartedError,
  StalledError, TaskCancelledError, UnansweredError, type FailureCode, type SidestreamError,
} from '../../errors.js';
import type { Ending } from '../../events.js';
import { causes } from './causes.js';
import { noResult } from './noResult.js';

/** The class of each code with which a task fails. */
export const FAILURES: Record<FailureCode, new (message: string, options?: ErrorOptions) => SidestreamError> = {
  agent_error: AgentError,
  no_result: NoResultError,
  invalid_result: InvalidResultError,
  deadline_exceeded: DeadlineExceededError,
  stalled: StalledError,
  budget_exceeded: BudgetExceededError,
  not_started: NotStartedError,
  interrupted: InterruptedError,
  unanswered: UnansweredError,
};

/** An ending that is no success as the error that its code stands for. */
export function errorOf(ending: Ending, cause: unknown): SidestreamError {
  const options = cause === undefined ? {} : { cause };
  return ending.type === 'failed'
    ? new FAILURES[ending.error.code](ending.error.message, options)
    : new TaskCancelledError(`The task was cancelled: ${(ending as { reason?: string }).reason}`, options);
}

/** What stands for an ending that is no success: of a task the error of its code, of a run whatever it threw. */
export const errorIn = (ending: Ending | undefined): unknown => ending === undefined ? noResult()
  : 'taskId' in ending ? errorOf(ending, causes.get(ending)) : causes.get(ending);
