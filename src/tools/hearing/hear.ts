import { outcome } from '../../core/operators/outcome.js';
import type { Task } from '../../core/task.js';

/** Has heard of a task's end: being given the outcome is what counts, and a snapshot does not. */
export const hear = (task: Task): void => { task.events.pipe(outcome()).subscribe().unsubscribe(); };
