import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqlite } from '../../src/stores/sqlite/index.js';
import { Judge, type Sight } from '../../test/support/crashes/judge.js';
import { Life } from '../../test/support/crashes/life.js';
import type { Medium } from '../../test/support/crashes/medium.js';
import { Random } from '../../test/support/crashes/random.js';

/** How a process is killed. */
export interface Kill {
  readonly seed: number;
  /** Its own point, by SIGKILL or by `process.abort()`, or milliseconds behind its first sign of life. */
  readonly at: { readonly point: number; readonly how: 'SIGKILL' | 'abort' } | { readonly ms: number };
}

/** Kills a real process, and lets the next one judge what it left. Answers with what was broken. */
export async function kill({ seed, at }: Kill): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'sidestream-kill-'));
  const file = join(folder, 'tasks.db');
  const seen = join(folder, 'seen');
  try {
    const [point, how] = 'point' in at ? [at.point, at.how] : [0, 'SIGKILL'];
    const child = spawn(process.execPath, [
      '--import', 'tsx', new URL('./victim.ts', import.meta.url).pathname, file, seen, String(seed), String(point), how, '40',
    ], { stdio: ['ignore', 'ignore', 'pipe'] });
    let trouble = '';
    child.stderr.on('data', (chunk: Buffer) => { trouble += chunk.toString(); });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => { child.on('close', (_, signal) => { resolve(signal); }); });
    if ('ms' in at) {
      while (!existsSync(seen) && child.exitCode === null) await sleep(5);
      await sleep(at.ms);
      child.kill('SIGKILL');
    }
    const signal = await ended;
    if (signal === null && child.exitCode !== 0) return new Error(`The process ended by itself: ${trouble.slice(-2_000)}`);
    const judge = Judge.of(read(seen));
    if (judge.sights.at(-1)?.[0] !== 'over') judge.saw('over', false);
    const medium: Medium = { store: sqlite(file), step: undefined, copy: () => medium, remove: () => undefined };
    const life = new Life(medium, judge, new Random(seed + 1), 100_000);
    await life.open();
    await life.live(6);
    await life.finish();
    await new Life(medium, judge, life.random, life.frame + 5_000).look();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

function read(file: string): readonly Sight[] {
  if (!existsSync(file)) return [];
  // The last line may be half.
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as unknown[]).map((part) => part ?? undefined) as unknown as Sight);
}
