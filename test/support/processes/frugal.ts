/**
 * A parent that starts programs until it has no descriptor left, ends them when it has none at all, and prints what became of them.
 *
 * node --import tsx frugal.ts
 */
import { closeSync, openSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import { createSession, outcome } from 'sidestream';
import { command } from 'sidestream/command';

await using session = createSession({ maxRunning: Infinity });
const tasks = Array.from({ length: 40 }, () => session.delegate(command('sleep', ['600']), { goal: 'sleep' }));
const failures: string[] = [];
const started = tasks.filter((task) => task.snapshot().status === 'running');
for (const task of tasks.filter((each) => !started.includes(each))) {
  const end = await firstValueFrom(task.events.pipe(outcome()));
  failures.push(end.type === 'failed' ? `${end.error.code}: ${end.error.message}` : end.type);
}

const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // That was the last.
}
for (const task of started) task.cancel();
const reports = await Promise.all(started.map((task) => firstValueFrom(task.stopped)));
for (const each of taken) closeSync(each);
console.log(JSON.stringify({ failures, started: started.length, stopped: reports.filter(({ stopped }) => stopped).length }));
