import {
  defer, EMPTY, endWith, exhaustMap, filter, from, ignoreElements, merge, mergeMap, of, repeat, takeUntil, type Observable,
} from 'rxjs';
import { isOutcome } from '../core/events.js';
import type { Task } from '../core/task.js';
import { seconds } from '../tools/answers/seconds.js';
import type { Hands } from './hands.js';
import type { Overdue } from './inbox.js';
import { patientTimer } from './patientTimer.js';

/** Says once of each completion that it was not told in time. One timer waits for all, and only while there is one that is not told. */
export const overdueOf = ({ scope, hearing: { clock } }: Hands, maxAge: number): Observable<Overdue> => defer(() => {
  const said = new WeakSet<Task>();
  const waited = (task: Task): number => clock.now() - (task.snapshot(0).endedAt ?? clock.now());
  const unsaid = (): readonly Task[] => scope.unheard().filter((task) => !said.has(task));
  // The oldest is due first, and what ends later is looked at after that.
  const due = defer(() => {
    const [oldest] = unsaid();
    return oldest === undefined ? EMPTY : patientTimer(maxAge - waited(oldest), clock).pipe(mergeMap(() => {
      const late = unsaid().filter((task) => waited(task) >= maxAge);
      for (const task of late) said.add(task);
      return from(late.map((task): Overdue => ({
        task_id: task.id,
        waited: seconds(waited(task)),
        message: `Task ${task.id} ended ${seconds(waited(task))} s ago and its parent was not told. `
          + 'Give it a boundary, or collect the task.',
      })));
    }));
  });
  const ended = scope.events.pipe(ignoreElements(), endWith(undefined));
  return merge(of(undefined), scope.events.pipe(filter(isOutcome))).pipe(
    exhaustMap(() => due.pipe(repeat({ delay: () => unsaid().length === 0 ? EMPTY : of(undefined) }))),
    takeUntil(ended),
  );
});
