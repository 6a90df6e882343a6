/**
 * A parent that starts many programs, to be killed in the midst of that: each has SIDESTREAM_MARK in its environment, ignores TERM, and
 * would live for long. Says `starting` and starts.
 *
 * node --import tsx starter.ts <mark>
 */
import { createSession } from 'sidestream';
import { command } from 'sidestream/command';

const agent = command('sh', ['-c', 'trap "" TERM; sleep 600 & wait; sleep 600'], { env: { SIDESTREAM_MARK: process.argv[2] } });
const session = createSession({ maxRunning: Infinity });

process.stdout.write('starting\n', () => {
  for (let n = 0; n < 100; n++) session.delegate(agent, { goal: 'live' });
});
