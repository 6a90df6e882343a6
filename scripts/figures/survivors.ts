import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../test/support/processes/isAlive.js';
import type { Figure } from './figure.js';

const host = fileURLToPath(new URL('../../test/support/processes/host.ts', import.meta.url));
const TIMES = 20;
const AT_ONCE = 4;

/** Lets a parent of a tree of three, none of which goes at TERM, die in one way, and counts who is there a second later. */
async function survivorsOf(how: string): Promise<number> {
  const parent = spawn(process.execPath, ['--import', 'tsx', host, how], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await once(parent, 'exit');
  await sleep(1_000);
  const pids = said.trim().split(' ').map(Number);
  if (pids.length !== 3 || pids.includes(NaN)) throw new Error(`The parent that was to die by ${how} printed no pids: ${said}`);
  return pids.filter(isAlive).length;
}

/** Processes alive one second after their parent's death. */
export async function* survivors(): AsyncGenerator<Figure, void, void> {
  for (const how of ['SIGKILL', 'SIGTERM', 'SIGINT', 'exception', 'exit']) {
    let alive = 0;
    for (let n = 0; n < TIMES; n += AT_ONCE) {
      const counts = await Promise.all(Array.from({ length: AT_ONCE }, () => survivorsOf(how)));
      alive += counts.reduce((sum, count) => sum + count, 0);
    }
    yield {
      what: `alive 1 s after the parent's ${how}, a tree of three that ignores TERM, ${TIMES} times`,
      seen: `${alive} of ${3 * TIMES}`, must: '0', holds: alive === 0,
    };
  }
}
