import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSession } from 'sidestream';
import { command } from 'sidestream/command';
import { isAlive } from '../../test/support/processes/isAlive.js';
import { pidsOf } from '../../test/support/processes/pidsOf.js';
import type { Figure } from './figure.js';

const support = (name: string): string => fileURLToPath(new URL(`../../test/support/processes/${name}`, import.meta.url));
const TIMES = 20;
const GENERATIONS = 3;
const MANNERS = ['', 'cleared', 'orphans', 'orphans cleared'];

/** Cancels a tree of which each has a session of its own, and counts who is there a second later. */
async function afterCancel(manner: string): Promise<number> {
  await using session = createSession();
  const tree = command('sh', [support('nomads.sh'), String(GENERATIONS), ...manner.split(' ')]);
  const task = session.delegate(tree, { goal: 'live' });
  const pids = await pidsOf(task, GENERATIONS);
  task.cancel();
  await sleep(1_000);
  return pids.filter(isAlive).length;
}

/** The same where the parent is killed. */
async function afterKill(manner: string): Promise<number> {
  const args = ['--import', 'tsx', support('host.ts'), 'SIGKILL', 'nomads', ...manner.split(' ')];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await once(parent, 'exit');
  await sleep(1_000);
  const pids = said.trim().split(' ').map(Number);
  if (pids.length !== GENERATIONS || pids.includes(NaN)) throw new Error(`The parent that was to die printed no pids: ${said}`);
  return pids.filter(isAlive).length;
}

/** Processes alive one second after their end, of trees that leave their group at every level. */
export async function* nomads(): AsyncGenerator<Figure, void, void> {
  for (const [how, count] of [['cancel', afterCancel], ['the parent\'s SIGKILL', afterKill]] as const) {
    let alive = 0;
    for (let n = 0; n < TIMES; n++) alive += await count(MANNERS[n % MANNERS.length]!);
    yield {
      what: `alive 1 s after ${how}, a tree of ${GENERATIONS} that calls setsid at every level, ${TIMES} times`,
      seen: `${alive} of ${GENERATIONS * TIMES}`, must: '0', holds: alive === 0,
    };
  }
}
