import { connect, delay, filter, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';

/** Ends the stream a while after its last value, where it does not end by itself: some servers leave the connection open. */
export const endAfter = <T>(isLast: (value: T) => boolean, milliseconds: number): MonoTypeOperatorFunction<T> =>
  connect((values) => values.pipe(takeUntil(values.pipe(filter(isLast), delay(milliseconds)))));
