import type { Observable } from 'rxjs';
import { map, switchMap } from '../../rx.js';
import type { StopReport, Task } from '../../task.js';
import type { TaskRecord } from './taskRecord.js';

/**
 * Emits once: when the task has ended and all of it has stopped, or when the grace since its end ran out.
 *
 * ```
 * outcome   ──────x
 * teardown  ──────────t
 * report    ──────────(r|)
 * ```
 */
export function stopReportOf(task: TaskRecord, handle: Task): Observable<StopReport> {
  const { scheduler, cancelGrace } = task.owner.limits;
  const left = (): number => {
    const now = task.owner.clock.now();
    return Math.max(0, (task.endedAt ?? now) + cancelGrace - now);
  };
  const isStopped = (): boolean => task.unstopped === 0;
  return handle.ended.pipe(
    switchMap(() => task.when(isStopped, left(), scheduler)),
    map(() => ({
      taskId: task.id,
      stopped: isStopped(),
      ids: handle.endedIds,
      notStopped: [...task.owner.stopping].filter((one) => one.stopsIn(task)).map(({ id }) => id),
    })),
  );
}
