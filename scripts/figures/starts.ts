import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pidsWith } from '../../test/support/processes/pidsWith.js';
import type { Figure } from './figure.js';

const starter = fileURLToPath(new URL('../../test/support/processes/starter.ts', import.meta.url));
const TIMES = 20;

/** Kills a parent at a random moment while it starts a hundred programs that ignore TERM, and counts who is there a second later. */
async function survivorsOf(mark: string): Promise<number> {
  const parent = spawn(process.execPath, ['--import', 'tsx', starter, mark], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(parent.stdout, 'data');
  await sleep(Math.random() * 400);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await sleep(1_000);
  return pidsWith(`SIDESTREAM_MARK=${mark}`).length;
}

/** Processes alive one second after their parent was killed while it started them. */
export async function* starts(): AsyncGenerator<Figure, void, void> {
  let alive = 0;
  for (let n = 0; n < TIMES; n++) alive += await survivorsOf(`figure-${process.pid}-${n}`);
  yield {
    what: `alive 1 s after the parent's SIGKILL at a random moment while it starts 100 programs that ignore TERM, ${TIMES} times`,
    seen: `${alive}`, must: '0', holds: alive === 0,
  };
}
