import { map, timer, type Observable } from 'rxjs';
import type { Delegator } from '../../core/agent.js';
import type { Task } from '../../core/task.js';
import { cleanText } from '../../tools/answers/text/cleanText.js';
import { headOf } from '../../core/cutText.js';

/** What a progress notification says. */
export interface Progress {
  /** Seconds since the call began. */
  readonly progress: number;
  readonly message: string;
}

/** Milliseconds after which a call counts as one that waits, and says how it is getting on for the first time. */
const FIRST = 500;

/** Characters of a line that a notification shows. */
const LINE = 160;

/** How a call that waits is getting on: of one task its last line, else how many tasks run. */
export function progressOf(scope: Delegator, input: unknown, every: number): Observable<Progress> {
  const { task_id: id } = Object(input) as { readonly task_id?: unknown };
  const began = performance.now();
  return timer(Math.min(FIRST, every), every).pipe(map(() => ({
    progress: Math.round(performance.now() - began) / 1_000,
    message: (typeof id === 'string' ? lastLineOf(scope, id) : undefined) ?? `${scope.capacity.running} running`,
  })));
}

function lastLineOf(scope: Delegator, id: string): string | undefined {
  const task = scope.get(id);
  return task === undefined ? undefined : `${task.id} ${statusLineOf(task)}`;
}

/** Where a task is, and the last line of its output. */
export function statusLineOf(task: Task): string {
  const { status, preview } = task.snapshot(1);
  const line = headOf(cleanText(preview[0] ?? ''), LINE);
  return line === '' ? status : `${status}: ${line}`;
}
