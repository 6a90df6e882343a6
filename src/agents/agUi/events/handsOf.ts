import { concat, defer, EMPTY, filter, map, of, type Observable } from 'rxjs';
import type { Task } from '../../../core/task.js';

/** What is in hand of a task's text, now and anew with every chunk of it. */
export function handsOf(task: Task | undefined): Observable<string> {
  if (task === undefined) return EMPTY;
  const hand = (): string => {
    const { preview, windowLines } = task.snapshot(Infinity);
    return preview[windowLines] ?? '';
  };
  return concat(defer(() => of(hand())), task.outputs.pipe(filter(({ type }) => type === 'text'), map(hand)));
}
