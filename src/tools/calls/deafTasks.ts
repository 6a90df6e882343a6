import type { Task } from '../../core/task.js';

const deaf = new WeakSet<Task>();

/** Notes that a task's agent does not listen to steering. */
export const markDeaf = (task: Task): void => { deaf.add(task); };

/** Whether a task's agent was defined not to listen to steering. */
export const isDeaf = (task: Task): boolean => deaf.has(task);
