// Children feed children. `run` is cold, so RxJS's own operators start the agents and stop them.
import { finalize, from, interval, lastValueFrom, map, mergeMap, race, switchMap, take, tap, timer, toArray } from 'rxjs';
import { createSession, lines, result, run, type Agent } from 'sidestream';

/** Every agent that is at work, to show that losers really stop. */
const atWork = new Set<string>();

/** An agent that takes `steps` steps of 20 ms and then answers with `answer`. */
const worker = (name: string, steps: number, answer: (goal: string) => string): Agent => ({ goal }) => {
  atWork.add(name);
  return interval(20).pipe(
    take(steps),
    map((step) => step + 1 < steps ? `${name}: step ${step + 1}` : answer(goal)),
    finalize(() => atWork.delete(name)),
  );
};

// mergeMap: each finding of one child is the brief of another; two of these at a time.
const finder: Agent = ({ goal }) => goal.split('').map((letter) => `chapter ${letter}`);
const titles = await lastValueFrom(run(finder, { goal: 'ABC' }).pipe(
  lines(),
  mergeMap((chapter) => run(worker(`reader of ${chapter}`, 2, (goal) => goal.toUpperCase()), { goal: chapter }).pipe(result()), 2),
  toArray(),
));
console.log(`mergeMap   ${titles.join(', ')}`);

// race: the first answer wins, and the loser is unsubscribed.
const fastest = await lastValueFrom(race(
  run(worker('careful', 50, () => 'a careful answer'), { goal: 'answer' }).pipe(result()),
  run(worker('quick', 3, () => 'a quick answer'), { goal: 'answer' }).pipe(result()),
));
console.log(`race       ${fastest}; still at work: ${atWork.size}`);

// switchMap: a new question stops whoever works on the old one.
const questions = timer(0, 50).pipe(take(3), map((n) => `question ${n + 1}`));
const answered = await lastValueFrom(questions.pipe(
  switchMap((question) => run(worker(question, 5, (goal) => `answer to ${goal}`), { goal: question }).pipe(result())),
  toArray(),
));
console.log(`switchMap  ${answered.join(', ')}; still at work: ${atWork.size}`);

// The same over tasks of a session would only stop watching. There, stopping is said: `cancel`.
const session = createSession();
const task = session.delegate(worker('background', 500, () => 'never'), { goal: 'go on' });
await lastValueFrom(from(task).pipe(lines(), take(2), tap((printed) => { console.log(`watched    ${printed}`); })));
console.log(`unwatched  still at work: ${atWork.size}`);
task.cancel('the example is over');
console.log(`cancelled  still at work: ${atWork.size}`);
await session.close();
