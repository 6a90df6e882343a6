import { interval, map, type Observable } from 'rxjs';
import type { Delegator } from '../../core/agent.js';
import { cleanText } from '../../tools/answers/cleanText.js';
import { headOf } from '../../core/cutText.js';

/** What a progress notification says. */
export interface Progress {
  /** Seconds since the call began. */
  readonly progress: number;
  readonly message: string;
}

/** Characters of a line that a notification shows. */
const LINE = 160;

/** How a call that waits is getting on: of one task its last line, else how many tasks run. */
export function progressOf(scope: Delegator, input: unknown, every: number): Observable<Progress> {
  const { task_id: id } = Object(input) as { readonly task_id?: unknown };
  const began = performance.now();
  return interval(every).pipe(map(() => ({
    progress: Math.round(performance.now() - began) / 1_000,
    message: (typeof id === 'string' ? lastLineOf(scope, id) : undefined) ?? `${scope.capacity.running} running`,
  })));
}

function lastLineOf(scope: Delegator, id: string): string | undefined {
  const snapshot = scope.get(id)?.snapshot(1);
  if (snapshot === undefined) return undefined;
  const line = headOf(cleanText(snapshot.preview[0] ?? ''), LINE);
  return line === '' ? `${snapshot.taskId} ${snapshot.status}` : `${snapshot.taskId} ${snapshot.status}: ${line}`;
}
