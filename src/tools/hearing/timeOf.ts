import { asyncScheduler, type SchedulerLike } from 'rxjs';

/** Milliseconds of a clock for durations: where it is the real one, those that no change of the wall clock moves. */
export const timeOf = (clock: SchedulerLike): number => clock === asyncScheduler ? performance.now() : clock.now();
