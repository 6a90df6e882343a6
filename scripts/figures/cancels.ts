import { bufferCount, filter, firstValueFrom, take } from 'rxjs';
import { createSession, lines } from 'sidestream';
import { command } from 'sidestream/command';
import type { Figure } from './figure.js';

/** Milliseconds from the cancel until nothing of the child is there any more. */
async function stopTime(code: string, grace: number): Promise<number> {
  await using session = createSession();
  const task = session.delegate(command(process.execPath, ['-e', code], { grace, input: () => '' }), { goal: 'work' });
  await firstValueFrom(task.events.pipe(lines(), filter((words) => words === 'ready'), bufferCount(1), take(1)));
  const cancelled = performance.now();
  task.cancel();
  const { stopped } = await firstValueFrom(task.stopped);
  if (!stopped) throw new Error('The child was not stopped.');
  return performance.now() - cancelled;
}

async function times(count: number, code: string, grace: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let n = 0; n < count; n++) taken.push(await stopTime(code, grace));
  return taken.sort((one, other) => one - other);
}

/** How long a cancel takes. */
export async function* cancels(): AsyncGenerator<Figure, void, void> {
  const polite = await times(200, 'console.log("ready"); setInterval(() => 0, 1000)', 3_000);
  const p99 = polite[Math.ceil(polite.length * 0.99) - 1]!;
  yield {
    what: 'cancel of a cooperative child until it is gone, 200 times, p99 (median)',
    seen: `${p99.toFixed(1)} ms (${polite[polite.length / 2]!.toFixed(1)})`, must: '< 100 ms', holds: p99 < 100,
  };
  const grace = 500;
  const stubborn = await times(30, 'process.on("SIGTERM", () => 0); console.log("ready"); setInterval(() => 0, 1000)', grace);
  const beyond = stubborn.at(-1)! - grace;
  yield {
    what: `cancel of one that ignores TERM, grace ${grace} ms, 30 times, worst`,
    seen: `grace + ${beyond.toFixed(1)} ms`, must: '≤ grace + 250 ms', holds: beyond <= 250,
  };
}
