import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { bufferCount, firstValueFrom } from 'rxjs';
import { command, type CommandOptions } from '../../src/agents/command/index.js';
import { createSession, lines, type Task } from '../../src/index.js';
import { isAlive } from '../support/processes/isAlive.js';
import { pidsOf } from '../support/processes/pidsOf.js';
import { until } from '../support/until.js';

const support = (name: string): string => fileURLToPath(new URL(`../support/processes/${name}`, import.meta.url));
const run = promisify(execFile);

async function withTask<T>(
  file: string, args: readonly string[], test: (task: Task) => Promise<T>, options: CommandOptions = {},
): Promise<T> {
  await using session = createSession({ cancelGrace: 60_000 });
  return await test(session.delegate(command(file, args, options), { goal: 'wander' }));
}

const stopOf = async (task: Task): Promise<boolean> => (await firstValueFrom(task.stopped)).stopped;

describe('what a program has started', () => {
  const manners = ['', 'stubborn', 'cleared', 'orphans', 'orphans cleared', 'stubborn orphans cleared'];

  it.each(manners)('should be ended with it, each in a session of its own: %s', (manner) =>
    withTask('sh', [support('nomads.sh'), '4', ...manner.split(' ')], async (task) => {
      const pids = await pidsOf(task, 4);
      task.cancel();
      expect(await stopOf(task)).toBe(true);
      expect(pids.filter(isAlive)).toEqual([]);
    }, { grace: 300 }));

  it.each(manners)('should be ended where the program ends by itself: %s', (manner) =>
    withTask('sh', [support('nomads.sh'), '4', 'leaves', ...manner.split(' ')], async (task) => {
      const pids = await pidsOf(task, 4);
      expect(await stopOf(task)).toBe(true);
      expect(task.snapshot().status).toBe('completed');
      expect(pids.filter(isAlive)).toEqual([]);
    }, { grace: 300 }));

  it('should be ended also where it bears the mark no more, as long as somebody above it is known', () => {
    const unmarked = 'ulimit -S -w unlimited; setsid sh -c "echo pid \\$\\$; sleep 600 & echo pid \\$!; wait" & wait';
    return withTask('sh', ['-c', unmarked], async (task) => {
      const pids = await pidsOf(task, 2);
      task.cancel();
      expect(await stopOf(task)).toBe(true);
      expect(pids.filter(isAlive)).toEqual([]);
    });
  });

  it('should be ended where it goes on starting others in sessions of their own', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sidestream-runaway-'));
    const file = join(directory, 'count');
    await withTask('sh', [support('runaway.sh'), file], async (task) => {
      await pidsOf(task, 1);
      task.cancel();
      expect(await stopOf(task)).toBe(true);
      const count = await readFile(file, 'utf8');
      expect(Number(count)).toBeLessThan(4_000);
      await sleep(300);
      expect(await readFile(file, 'utf8')).toBe(count);
    }, { grace: 200 }).finally(() => rm(directory, { recursive: true }));
  });

  it('should take along nobody else, be it of the same name and in the same directory', async () => {
    const other = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    const own = spawn('sleep', ['600'], { stdio: 'ignore' });
    await withTask('sh', [support('nomads.sh'), '2'], async (task) => {
      await withTask('sh', [support('nomads.sh'), '2'], async (sibling) => {
        const [pids, siblings] = [await pidsOf(task, 2), await pidsOf(sibling, 2)];
        task.cancel();
        expect(await stopOf(task)).toBe(true);
        expect(pids.filter(isAlive)).toEqual([]);
        expect([...siblings, other.pid!, own.pid!].filter(isAlive)).toHaveLength(4);
      });
    });
    for (const each of [other, own]) {
      each.kill('SIGKILL');
      await once(each, 'exit');
    }
  });

  it.each(['stays', 'SIGKILL', 'exception'])('should be gone where it is another parent of background tasks, which %s', (how) =>
    withTask(process.execPath, ['--import', 'tsx', support('host.ts'), how, 'nomads', 'stubborn'], async (task) => {
      const [said] = await firstValueFrom(task.events.pipe(lines(), bufferCount(1)));
      const pids = said!.split(' ').map(Number);
      expect(pids).toHaveLength(3);
      if (how === 'stays') task.cancel();
      expect(await stopOf(task)).toBe(true);
      expect(pids.filter(isAlive)).toEqual([]);
    }));

  (process.getuid?.() === 0 ? it : it.skip)('should read not stopped where it may not be ended', async () => {
    const { stdout } = await run(process.execPath, ['--import', 'tsx', support('demoted.ts')]);
    const { pid, ...report } = JSON.parse(stdout) as { pid: number };
    expect(report).toMatchObject({ stopped: false });
    // The watchdog kept its rights.
    await until(() => !isAlive(pid));
  });
});
