import { lastValueFrom } from 'rxjs';
import { createSession, lines } from 'sidestream';
import { command } from 'sidestream/command';
import type { Figure } from './figure.js';

const SECONDS = 10;
const BYTES_PER_SECOND = 10_000_000;

/** Prints 100-byte lines at the pace, and says at the end how many. */
const CHILD = `
  const line = 'x'.repeat(99) + '\\n';
  const began = Date.now();
  let printed = 0;
  const go = () => {
    const due = Math.min(${SECONDS}, (Date.now() - began) / 1000) * ${BYTES_PER_SECOND / 100};
    const now = Math.floor(due) - printed;
    printed += now;
    if (now > 0 && !process.stdout.write(line.repeat(now))) { process.stdout.once('drain', next); return; }
    next();
  };
  const next = () => (Date.now() - began < ${SECONDS * 1000} ? setTimeout(go, 5) : process.stdout.write('', () => process.exit()));
  go();`;

/** What a child that prints fast costs beside an observer that is slow. */
export async function* flood(): AsyncGenerator<Figure, void, void> {
  await using session = createSession();
  const before = process.memoryUsage.rss();
  let most = before;
  const looking = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 20);
  const task = session.delegate(command(process.execPath, ['-e', CHILD], { input: () => '' }), { goal: 'flood' });
  let seen = 0;
  task.events.pipe(lines()).subscribe(() => {
    seen += 1;
    if (seen % 100 !== 0) return;
    // Slower than the child: it would take a fifth longer than the child prints.
    const until = performance.now() + 1.2;
    while (performance.now() < until);
  });
  await lastValueFrom(task.events);
  clearInterval(looking);
  const { droppedLines, windowLines } = task.snapshot();
  const growth = (most - before) / 2 ** 20;
  yield {
    what: `10 MB/s for ${SECONDS} s into a slow observer: growth of memory (RSS); ${seen} lines seen, ${droppedLines} counted as dropped`,
    seen: `${growth.toFixed(1)} MB`, must: '< 64 MB, drops counted',
    holds: growth < 64 && droppedLines > 0 && droppedLines + windowLines === seen,
  };
}
