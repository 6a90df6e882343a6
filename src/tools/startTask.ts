import type { Delegator } from '../core/agent.js';
import { AbortedError } from '../core/errors.js';
import type { Task } from '../core/task.js';
import { markDeaf } from './deafTasks.js';
import type { Choice } from './roster.js';

/** Starts what a model asked for. A signal that was aborted beforehand starts nothing; a later abort never ends the task. */
export function startTask(scope: Delegator, { name, definition, brief }: Choice, signal: AbortSignal | undefined): Task {
  if (signal?.aborted === true) {
    throw new AbortedError('The call was aborted beforehand, so nothing was started.', { cause: signal.reason });
  }
  const task: Task = scope.delegate(definition.agent, brief, { name });
  if (definition.steerable === false) markDeaf(task);
  return task;
}
