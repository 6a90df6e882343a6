/**
 * A parent that loses the right to end its program: starts one as root, becomes a user who may not signal it, cancels, and prints the
 * program's pid and what it is told of the stop.
 *
 * node --import tsx demoted.ts
 */
import { firstValueFrom } from 'rxjs';
import { createSession, lines } from 'sidestream';
import { command } from 'sidestream/command';

const program = command('sh', ['-c', 'echo $$; exec sleep 600'], { grace: 100 });
const task = createSession({ cancelGrace: 1_500 }).delegate(program, { goal: 'live' });
const pid = Number(await firstValueFrom(task.events.pipe(lines())));
process.setuid!(65_534);
task.cancel();
console.log(JSON.stringify({ pid, ...await firstValueFrom(task.stopped) }));
