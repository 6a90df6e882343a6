import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach } from '@jest/globals';
import type { TaskEvent } from '../../../src/index.js';
import { until } from '../until.js';

const HOST = fileURLToPath(new URL('./host.ts', import.meta.url));

/** A process with a session. */
export interface Life {
  /** What its task has said so far. */
  readonly events: readonly TaskEvent[];
  /** Waits until something was said. */
  says(is: (event: TaskEvent) => boolean): Promise<void>;
  /** Ends it in the midst of what it does. */
  kill(): Promise<void>;
  /** Waits for the end of its task, and of the process. */
  end(): Promise<TaskEvent>;
}

const left = new Set<() => Promise<void>>();

// What a test that has failed leaves behind.
afterEach(async () => { for (const kill of left) await kill(); });

/** Starts a process with a session over a file; see `host.ts`. */
export function startLife(file: string, agent: string, known: object): Life {
  const host = spawn(process.execPath, ['--import', 'tsx', HOST, file, agent, JSON.stringify(known)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const kill = async (): Promise<void> => {
    host.kill('SIGKILL');
    await closed;
  };
  const closed = once(host, 'close').finally(() => { left.delete(kill); });
  left.add(kill);
  const events: TaskEvent[] = [];
  let rest = '';
  let complained = '';
  host.stderr.setEncoding('utf8').on('data', (text: string) => { complained += text; });
  host.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    events.push(...lines.map((line) => JSON.parse(line) as TaskEvent));
  });
  return {
    events,
    says: (is) => until(() => {
      if (events.some(is)) return true;
      if (host.exitCode !== null) throw new Error(`The process has ended: ${complained}`);
      return false;
    }),
    kill,
    async end() {
      await closed;
      const last = events.at(-1);
      if (last === undefined || host.exitCode !== 0) throw new Error(`The process ended with ${host.exitCode}: ${complained}`);
      return last;
    },
  };
}
