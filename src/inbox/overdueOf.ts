import {
  defer, EMPTY, endWith, exhaustMap, filter, from, ignoreElements, merge, mergeMap, of, repeat, takeUntil, type Observable,
} from 'rxjs';
import { isOutcome, type TaskEvent } from '../core/events.js';
import { seconds } from '../tools/answers/seconds.js';
import { isAsking, type News } from '../tools/hearing/news.js';
import type { Hands } from './hands.js';
import type { Overdue } from './inbox.js';
import { patientTimer } from './patientTimer.js';

/** Says once of all that waits that it was not told in time. One timer waits for all, and only while something is not told. */
export const overdueOf = ({ scope, hearing }: Hands, maxAge: number): Observable<Overdue> => defer(() => {
  const { clock } = hearing;
  const said = new WeakSet<News>();
  const since = (one: News): number | undefined => isAsking(one) ? one.question.askedAt : scope.get(one.id)?.snapshot(0).endedAt;
  const waited = (one: News): number => clock.now() - (since(one) ?? clock.now());
  const unsaid = (): readonly News[] => hearing.unheard().filter((one) => !said.has(one));
  // The oldest is due first, and what ends later is looked at after that.
  const due = defer(() => {
    const [oldest] = [...unsaid()].sort((one, other) => waited(other) - waited(one));
    return oldest === undefined ? EMPTY : patientTimer(maxAge - waited(oldest), clock).pipe(mergeMap(() => {
      const late = unsaid().filter((one) => waited(one) >= maxAge);
      for (const one of late) said.add(one);
      return from(late.map((one): Overdue => overdue(one, seconds(waited(one)))));
    }));
  });
  const ended = scope.events.pipe(ignoreElements(), endWith(undefined));
  return merge(of(undefined), scope.events.pipe(filter(isNews))).pipe(
    exhaustMap(() => due.pipe(repeat({ delay: () => unsaid().length === 0 ? EMPTY : of(undefined) }))),
    takeUntil(ended),
  );
});

const isNews = (event: TaskEvent): boolean => isOutcome(event) || event.type === 'question';

const overdue = (one: News, waited: number): Overdue => isAsking(one)
  ? {
    task_id: one.task.id, question_id: one.id, waited,
    message: `Task ${one.task.id} asked ${one.id} ${waited} s ago and its parent was not told. Give it a boundary, or answer the question.`,
  }
  : {
    task_id: one.id, waited,
    message: `Task ${one.id} ended ${waited} s ago and its parent was not told. Give it a boundary, or collect the task.`,
  };
