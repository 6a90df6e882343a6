/**
 * A parent that dies: starts a tree of three as a background task, prints their pids, and goes the way it was told. With `nomads` each of
 * the tree has a session of its own.
 *
 * node --import tsx host.ts <SIGKILL | SIGTERM | SIGINT | exception | exit | stays> [nomads [manner …]]
 */
import { bufferCount, filter, take } from 'rxjs';
import { createSession, lines } from 'sidestream';
import { command } from 'sidestream/command';

const tree = new URL('tree.mjs', import.meta.url).pathname;
const nomads = new URL('nomads.sh', import.meta.url).pathname;
const [how = '', kind, ...manner] = process.argv.slice(2);
const program = kind === 'nomads' ? command('sh', [nomads, '3', ...manner]) : command(process.execPath, [tree, '3', 'stubborn']);
const task = createSession().delegate(program, { goal: 'live' });

task.events.pipe(lines(), filter((words) => words.startsWith('pid ')), bufferCount(3), take(1)).subscribe((pids) => {
  process.stdout.write(`${pids.map((words) => words.slice(4)).join(' ')}\n`, () => {
    if (how.startsWith('SIG')) process.kill(process.pid, how);
    else if (how === 'exit') process.exit(0);
    else if (how !== 'stays') throw new Error('nobody catches this');
  });
});
