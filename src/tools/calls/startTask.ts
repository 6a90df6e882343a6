import type { Delegator } from '../../core/agent.js';
import { AbortedError } from '../../core/errors.js';
import type { Task } from '../../core/task.js';
import type { Choice } from './roster.js';

/** A task, and what its agent says that it was given. */
export interface StartedTask {
  readonly task: Task;
  /** `granted` for the answer, where the agent says it. */
  readonly granted: { readonly granted?: Readonly<Record<string, unknown>> };
}

/** Starts what a model asked for. A signal that was aborted beforehand starts nothing; a later abort never ends the task. */
export function startTask(scope: Delegator, { name, definition, brief }: Choice, signal: AbortSignal | undefined): StartedTask {
  if (signal?.aborted === true) {
    throw new AbortedError('The call was aborted beforehand, so nothing was started.', { cause: signal.reason });
  }
  const { agent, steerable, grant } = definition;
  const granted = grant === undefined ? {} : { granted: grant(brief, scope) };
  return { task: scope.delegate(agent, brief, { name, steerable }), granted };
}
