import { asyncScheduler, Observable, timer, type SchedulerLike } from 'rxjs';

/** What no timer waits for at once; after that it is looked at again. */
const LONGEST = 2 ** 31 - 1;

/** Emits after so many milliseconds of the clock. On the real one it keeps no process alive. */
export function patientTimer(ms: number, clock: SchedulerLike): Observable<unknown> {
  const due = Math.min(Math.max(0, ms), LONGEST);
  if (clock !== asyncScheduler) return timer(due, clock);
  return new Observable((subscriber) => {
    const waiting: unknown = setTimeout(() => {
      subscriber.next(undefined);
      subscriber.complete();
    }, due);
    (waiting as { unref?: () => void }).unref?.();
    return () => { clearTimeout(waiting as number); };
  });
}
