import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { command } from '../../src/agents/command/index.js';
import { createSession, type Task } from '../../src/index.js';
import { isAlive } from '../support/processes/isAlive.js';
import { pidsWith } from '../support/processes/pidsWith.js';
import { until } from '../support/until.js';

const host = fileURLToPath(new URL('../support/processes/host.ts', import.meta.url));

/** Starts a parent of a tree of three, and lets it die; answers with the pids of the tree, which ignores TERM unless it is another. */
async function dies(how: string, ...tree: readonly string[]): Promise<readonly number[]> {
  const parent = spawn(process.execPath, ['--import', 'tsx', host, how, ...tree], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await once(parent, 'close');
  const pids = said.trim().split(' ').map(Number);
  expect(pids).toHaveLength(3);
  return pids;
}

describe('the watchdog', () => {
  const ways = ['SIGKILL', 'SIGTERM', 'SIGINT', 'exception', 'exit'];

  it.concurrent.each(ways)('should end the whole tree when its parent dies by %s', async (how) => {
    const pids = await dies(how);
    // A survivor would live for ever.
    await until(() => !pids.some(isAlive));
  });

  const manners = ['', 'stubborn', 'cleared', 'orphans', 'stubborn orphans cleared'];
  it.concurrent.each(manners)('should end what has left the group when its parent is killed: %s', async (manner) => {
    const pids = await dies('SIGKILL', 'nomads', ...manner.split(' '));
    await until(() => !pids.some(isAlive));
  });

  it('should leave nothing where its parent dies while it starts programs', async () => {
    for (const delay of [5, 20, 40, 60, 90]) {
      const mark = `SIDESTREAM_MARK=${process.pid}-${delay}`;
      const starter = fileURLToPath(new URL('../support/processes/starter.ts', import.meta.url));
      const parent = spawn(process.execPath, ['--import', 'tsx', starter, mark.split('=')[1]!], { stdio: ['ignore', 'pipe', 'ignore'] });
      await once(parent.stdout, 'data');
      await sleep(delay);
      parent.kill('SIGKILL');
      await once(parent, 'close');
      await until(() => pidsWith(mark).length === 0);
    }
  });

  it('should be there only while there is something to watch, and come back when it is lost', async () => {
    const session = createSession();
    const start = (): Task => session.delegate(command('sleep', ['600']), { goal: 'sleep' });
    const [first, second] = [start(), start()];
    const [watchdog] = watchdogs();
    expect(watchdogs()).toHaveLength(1);
    process.kill(watchdog!, 'SIGKILL');
    await until(() => !watchdogs().includes(watchdog!) && watchdogs().length > 0);
    expect(watchdogs()).toHaveLength(1);
    first.cancel();
    await firstValueFrom(first.stopped);
    expect(watchdogs()).toHaveLength(1);
    second.cancel();
    await firstValueFrom(second.stopped);
    await until(() => watchdogs().length === 0);
  });
});

/** The watchdogs that this process has started. */
const watchdogs = (): number[] => children().filter((pid) => argumentsOf(pid).includes('sidestream-watchdog'));
const all = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
const children = (): number[] => all().filter((pid) => parentOf(pid) === process.pid && isAlive(pid));
const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
};
const argumentsOf = (pid: number): readonly string[] => read(pid, 'cmdline').split('\0');
const parentOf = (pid: number): number => Number(read(pid, 'stat').replace(/^.*\) /, '').split(' ')[1]);
