import { defer, endWith, filter, from, ignoreElements, map, merge, mergeMap, takeUntil, timer, type Observable } from 'rxjs';
import { isOutcome } from '../core/events.js';
import type { Hands } from './batchesOf.js';
import type { Overdue } from './inbox.js';
import { seconds } from '../tools/answers/seconds.js';

/** Says once of each completion that it was not told in time. */
export const overdueOf = ({ scope, clock }: Hands, maxAge: number): Observable<Overdue> => defer(() => {
  const ended = scope.events.pipe(filter(isOutcome), map(({ taskId }) => scope.get(taskId)), filter((task) => task !== undefined));
  return merge(from(scope.unheard()), ended).pipe(
    mergeMap((task) => {
      const waited = (): number => clock.now() - (task.snapshot(0).endedAt ?? clock.now());
      return timer(Math.max(0, maxAge - waited()), clock).pipe(
        filter(() => scope.unheard().includes(task)),
        map((): Overdue => ({
          task_id: task.id,
          waited: seconds(waited()),
          message: `Task ${task.id} ended ${seconds(waited())} s ago and its parent was not told. Give it a boundary, or collect the task.`,
        })),
      );
    }),
    takeUntil(scope.events.pipe(ignoreElements(), endWith(undefined))),
  );
});
