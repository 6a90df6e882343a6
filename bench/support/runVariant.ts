import { execFileSync } from 'node:child_process';
import type { Measurement } from './bench.js';

/** Runs one variant in a process of its own, so that neither another one's types nor its heap are in its way. */
export function runVariant(entry: string, bench: string, variant: string, quick: boolean): Measurement {
  const args = ['--expose-gc', '--max-old-space-size=8192', entry, '--variant', `${bench}/${variant}`, ...quick ? ['--quick'] : []];
  const answer = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(answer) as Measurement;
}
