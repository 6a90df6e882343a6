import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure.js';

/** Seconds of one run; the full figure is of 60. */
const SECONDS = Number(process.env['SIDESTREAM_LOAD_SECONDS'] ?? '10');
/** Runs of each kind, in turns: the machine is not ours alone. */
const TURNS = 3;

interface Seen {
  readonly p99: number;
  readonly cpu: number;
  readonly started: number;
  readonly ended: number;
}

/** What a store costs under load: 100 tasks a second with five changes each, and 1 000 lines a second, against the same without one. */
export async function* load(): AsyncGenerator<Figure, void, void> {
  const runs: Record<string, Seen[]> = { none: [], process: [], power: [] };
  for (let turn = 0; turn < TURNS; turn++) for (const [kind, seen] of Object.entries(runs)) seen.push(run(kind));
  const none = { p99: middle(runs['none']!.map(({ p99 }) => p99)), cpu: middle(runs['none']!.map(({ cpu }) => cpu)) };
  for (const kind of ['process', 'power']) {
    const all = runs[kind]!;
    const p99 = middle(all.map((seen) => seen.p99));
    const cpu = middle(all.map((seen) => seen.cpu));
    const behind = Math.max(...all.map(({ started, ended }) => started - ended));
    const what = `durability '${kind}', 100 tasks/s with 5 changes each and 1 000 lines/s for ${SECONDS} s`;
    yield {
      what: `${what}: delay of the event loop, p99`, seen: `${p99.toFixed(1)} ms, without a store ${none.p99.toFixed(1)} ms`,
      must: 'at most 10 ms more', holds: p99 <= none.p99 + 10,
    };
    yield {
      what: `${what}: CPU`, seen: `${(cpu / none.cpu).toFixed(2)} times`, must: 'at most 2 times', holds: cpu <= 2 * none.cpu,
    };
    yield { what: `${what}: tasks that had not ended`, seen: `${behind}`, must: 'at most 100, a second of them', holds: behind <= 100 };
  }
  await Promise.resolve();
}

function run(kind: string): Seen {
  const directory = mkdtempSync(join(tmpdir(), 'sidestream-load-'));
  try {
    const { stdout, stderr } = spawnSync(
      process.execPath, ['--import', 'tsx', 'scripts/figures/load/run.ts', kind, directory, String(SECONDS)], { encoding: 'utf8' },
    );
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as Seen;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const middle = (numbers: readonly number[]): number => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
