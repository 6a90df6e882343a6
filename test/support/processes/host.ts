/**
 * A parent that dies: starts a tree of three as a background task, prints their pids, and goes the way it was told.
 *
 * node --import tsx host.ts <SIGKILL | SIGTERM | SIGINT | exception | exit>
 */
import { bufferCount, filter, take } from 'rxjs';
import { createSession, lines } from 'sidestream';
import { command } from 'sidestream/command';

const tree = new URL('tree.mjs', import.meta.url).pathname;
const how = process.argv[2] ?? '';
const task = createSession().delegate(command(process.execPath, [tree, '3', 'stubborn']), { goal: 'live' });

task.events.pipe(lines(), filter((words) => words.startsWith('pid ')), bufferCount(3), take(1)).subscribe((pids) => {
  process.stdout.write(`${pids.map((words) => words.slice(4)).join(' ')}\n`, () => {
    if (how.startsWith('SIG')) process.kill(process.pid, how);
    else if (how === 'exit') process.exit(0);
    else throw new Error('nobody catches this');
  });
});
