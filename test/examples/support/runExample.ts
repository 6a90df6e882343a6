import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Run {
  readonly child: ChildProcess;
  /** Until it has written this to stdout; rejects if it ends without. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts an example as a user does, in a process of its own, with no model in its surroundings. */
export function runExample(name: string, ...args: readonly string[]): Run {
  return runExampleWith({}, name, ...args);
}

/** The same, with more in its surroundings. */
export function runExampleWith(environment: Readonly<Record<string, string>>, name: string, ...args: readonly string[]): Run {
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${name}.ts`, ...args], {
    cwd: root,
    env: { ...process.env, SIDESTREAM_MODEL: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Also a test that fails leaves nothing running.
    timeout: 110_000,
    killSignal: 'SIGKILL',
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (written.stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (written.stdout.includes(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`${name} ended without printing ${text}: ${written.stderr}`)));
    });
  return { child, printed, ended };
}
