import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstValueFrom } from 'rxjs';
import { collect, createSession } from 'sidestream';
import { command } from 'sidestream/command';
import type { Figure } from './figure.js';

const CHILDREN = 1_000;

/** The processes that this one has started, those not yet reaped among them. */
const processes = (): number => readdirSync('/proc').filter((name) => {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
    return /^\d+$/.test(name) && Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
  } catch {
    return false;
  }
}).length;

const descriptors = (): number => readdirSync('/proc/self/fd').length;

/** What a thousand children leave open. */
export async function* inARow(): AsyncGenerator<Figure, void, void> {
  const count = async (): Promise<readonly number[]> => {
    await sleep(300);
    return [descriptors(), processes()];
  };
  const before = await count();
  await using session = createSession();
  for (let n = 0; n < CHILDREN; n++) {
    const task = session.delegate(command('echo', ['{goal}']), { goal: `${n}` });
    if (await collect(task) !== `${n}`) throw new Error(`Child ${n} said something else.`);
    await firstValueFrom(task.stopped);
  }
  const after = await count();
  yield {
    what: `${CHILDREN} child processes in a row: file descriptors, processes before and after`,
    seen: `${before.join(', ')} and ${after.join(', ')}`, must: 'the same', holds: before.join() === after.join(),
  };
}
