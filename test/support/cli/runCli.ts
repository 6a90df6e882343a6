import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script to its end, with nothing on its stdin. What it notes of a user stays in the folder. */
export function runCli(script: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd, env: { PATH: process.env['PATH'], XDG_STATE_HOME: join(cwd, '.state'), ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => { said[name] += text; });
  return new Promise((resolve) => { child.once('close', (code) => resolve({ code, ...said })); });
}
