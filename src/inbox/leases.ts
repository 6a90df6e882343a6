import type { Task } from '../core/task.js';

/** Who has a task's completion in hand, and until when. */
export interface Lease {
  readonly until: number;
}

/** By the task and not by the inbox, so that two inboxes of one scope never hand over the same. */
const leases = new WeakMap<Task, Lease>();

/** Whether a task's completion is in somebody's hands. */
export const isLeased = (task: Task, now: number): boolean => (leases.get(task)?.until ?? -Infinity) > now;

export const lease = (task: Task, to: Lease): void => { leases.set(task, to); };

/** Takes it out of these hands; false where it is in others by now, or in none. */
export const unlease = (task: Task, from: Lease): boolean => leases.get(task) === from && leases.delete(task);
