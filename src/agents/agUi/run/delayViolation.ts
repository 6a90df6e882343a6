import { transformChunks, verifyEvents, type BaseEvent } from '@ag-ui/client';
import { concatMap, from, map, Observable, of, Subject, timer, type OperatorFunction } from 'rxjs';

/**
 * Holds back an event that breaks the protocol for a turn. The client takes events up one promise after another, and drops what waits when
 * its verification throws: so what was said before in the same burst would be lost.
 */
export const delayViolation = (): OperatorFunction<unknown, unknown> => (source) => new Observable((subscriber) => {
  const probe = new Subject<unknown>();
  let broken = false;
  // The client's rxjs is a copy of its own, whose types TypeScript takes for others.
  const verified = transformChunks()(probe as never).pipe(verifyEvents() as never) as unknown as Observable<BaseEvent>;
  subscriber.add(from(verified).subscribe({ error: () => { broken = true; } }));
  subscriber.add(source.pipe(concatMap((event) => {
    const before = broken;
    probe.next(event);
    return broken && !before ? timer(0).pipe(map(() => event)) : of(event);
  })).subscribe(subscriber));
});
