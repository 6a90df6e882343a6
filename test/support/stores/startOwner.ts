import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../until.js';

/** A process that owns a store. */
export interface Owner {
  /** What it has said. */
  said(): readonly string[];
  /** The last task that it says it has kept. */
  kept(): number;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<unknown>;
}

const SCRIPT = fileURLToPath(new URL('./owner.ts', import.meta.url));

/** Starts one, and waits until it owns the file and has kept something. */
export async function startOwner(file: string, ...args: readonly string[]): Promise<Owner> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
  const said = (): readonly string[] => text.split('\n').slice(0, -1);
  const kept = (): number => said().filter((line) => line.startsWith('kept ')).length;
  await until(() => kept() > 5 || child.exitCode !== null);
  return { said, kept, ended, signal: (signal) => { child.kill(signal); } };
}
