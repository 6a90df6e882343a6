// An operator watches a child and steers it when it falls silent.
//
//   lines     ──a──b──────────────────c──d──|
//   silence   ────────────(300 ms)!
//   steering  ────────────────────s──────────
import { EMPTY, filter, map, Observable, switchMap, tap, timer } from 'rxjs';
import { collect, createSession, isOutcome, line, lines, result, type AgentOutput, type Brief } from 'sidestream';

/** Walks a row of doors and waits before a locked one until somebody gives it the key. */
const doorman = ({ goal }: Brief, steering: Observable<string>) => new Observable<AgentOutput>((subscriber) => {
  const doors = goal.split(' ');
  let at = 0;
  const walk = (): void => {
    const door = doors[at];
    if (door === undefined) {
      subscriber.next(result(`went through ${at} doors`));
      subscriber.complete();
    } else if (door.startsWith('locked')) {
      subscriber.next(line(`${door}: no key, waiting`));
    } else {
      subscriber.next(line(`${door}: open`));
      at += 1;
      walking = setTimeout(walk, 50);
    }
  };
  let walking = setTimeout(walk, 0);
  subscriber.add(() => { clearTimeout(walking); });
  subscriber.add(steering.subscribe((message) => {
    subscriber.next(line(`told: ${message}`));
    doors[at] = (doors[at] ?? '').replace('locked-', '');
    walking = setTimeout(walk, 0);
  }));
});

const session = createSession();
const task = session.delegate(doorman, { goal: 'hall kitchen locked-cellar garden' });

task.events.pipe(lines()).subscribe((printed) => { console.log(`child     ${printed}`); });

// The whole operator: silence for 300 ms becomes a message, and the task takes messages as an observer.
task.events.pipe(
  filter((event) => event.type === 'line' || isOutcome(event)),
  switchMap((event) => isOutcome(event) ? EMPTY : timer(300)),
  map(() => 'the key is under the mat'),
  tap((message) => { console.log(`operator  silence, so: ${message}`); }),
).subscribe(task.steering);

console.log(`result    ${await collect(task, { timeout: 10_000 })}`);
await session.close();
