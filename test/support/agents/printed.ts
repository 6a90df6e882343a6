import { filter, firstValueFrom, map, merge, take, throwError, switchMap } from 'rxjs';
import { lines, type Task } from '../../../src/index.js';

/** Waits for a line with these words; an end without one is an error that says what came instead. */
export function printed(task: Task, words: string): Promise<string> {
  const found = task.events.pipe(lines(), filter((each) => each.includes(words)));
  const ended = task.events.pipe(
    filter(({ type }) => type === 'completed' || type === 'failed' || type === 'cancelled'),
    map((event) => JSON.stringify(event).slice(0, 600)),
    switchMap((event) => throwError(() => new Error(`It ended before it said "${words}": ${event}`))),
  );
  return firstValueFrom(merge(found, ended).pipe(take(1)));
}
