import type { Delegator } from '../../core/agent.js';
import { headOf } from '../../core/cutText.js';
import { TaskEvictedError, TaskNotFoundError } from '../../core/errors.js';
import type { Task } from '../../core/task.js';
import { closestId } from './closestId.js';
import type { Offer } from './offer.js';

/** Longer ids are cut in the sentence that refuses them. */
const SHOWN = 80;

/** The task of this scope with the id. Unknown and foreign ids are refused alike. */
export function findTask(scope: Delegator, id: string, { has }: Offer): Task {
  const task = scope.get(id);
  if (task !== undefined) return task;
  const shown = id.length > SHOWN ? `${headOf(id, SHOWN)}…` : id;
  if (scope.isEvicted(id)) {
    throw new TaskEvictedError(`Task ${shown} ended and was forgotten to make room. Collect tasks sooner, or start it again.`);
  }
  const closest = closestId(id, (other) => scope.get(other) !== undefined);
  const help = has('list_tasks') ? 'Call list_tasks to see the ids.' : 'Send an id as starting the task answered it.';
  throw new TaskNotFoundError(`Task not found: ${shown}. ${closest === undefined ? help : `Did you mean ${closest}?`}`);
}
