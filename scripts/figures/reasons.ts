import { spawn } from 'node:child_process';
import { firstValueFrom } from 'rxjs';
import { createSession, outcome } from 'sidestream';
import { command } from 'sidestream/command';
import type { Figure } from './figure.js';

const PROGRAMS = 200;
const HOGS = 4;

/** Failures of programs that write their reason to stderr and exit, all at once and beside others that take all the time there is. */
export async function* reasons(): AsyncGenerator<Figure, void, void> {
  const hogs = Array.from({ length: HOGS }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    await using session = createSession({ maxRunning: Infinity });
    const agent = command('sh', ['-c', 'echo "the reason" >&2; exit 3']);
    const ends = await Promise.all(Array.from({ length: PROGRAMS }, () =>
      firstValueFrom(session.delegate(agent, { goal: 'fail' }).events.pipe(outcome()))));
    const without = ends.filter((end) => end.type !== 'failed' || !end.error.message.endsWith(': the reason')).length;
    yield {
      what: `failures without their reason, of ${PROGRAMS} programs that write it to stderr and exit, under load`,
      seen: `${without} of ${PROGRAMS}`, must: '0', holds: without === 0,
    };
  } finally {
    for (const hog of hogs) hog.kill('SIGKILL');
  }
}
