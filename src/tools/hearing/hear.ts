import { hearKey } from '../../core/clockOf.js';
import type { Task } from '../../core/task.js';

/** Has heard of a task's end, also where a stream would not give it yet, as what it says is still to be kept. */
export const hear = (task: Task): void => { (task as Task & { readonly [hearKey]?: () => void })[hearKey]?.(); };
