import type { Task } from '../../../core/task.js';
import type { ScribeState } from './createScribe.js';

/** Where the telling of a task stopped, because it asks. */
export interface Suspended {
  /** The place of the event that is told next. */
  readonly next: number;
  readonly scribe: ScribeState;
}

/** Conversations of one task that are kept: whoever comes back later than that is told all of the window again. */
const KEPT = 100;

const threads = new WeakMap<Task, Map<string, Suspended>>();

/** Where a conversation about a task has stopped, if it has. */
export const suspendedOf = (task: Task, thread: string): Suspended | undefined => threads.get(task)?.get(thread);

/** Keeps where it stops. */
export function suspend(task: Task, thread: string, where: Suspended): void {
  const kept = threads.get(task) ?? new Map<string, Suspended>();
  threads.set(task, kept);
  kept.delete(thread);
  kept.set(thread, where);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
}
