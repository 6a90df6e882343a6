import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../processes/isAlive.js';
import { nodeOf, programOf, type Installed } from '../matrix/installed.js';
import type { ServerCommand } from './realHost.js';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly code: unknown;
  readonly output: string;
}

/** A program on its way. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Where a host is run: folders of its own, and a config of `sidestream mcp` whose one agent works for so many seconds. */
export interface HostStage extends AsyncDisposable {
  readonly home: string;
  /** What starts our server, as installed from the package. */
  readonly server: ServerCommand;
  /** Runs the host with these arguments. */
  run(this: void, args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** The processes of the children that were started, and of these the living. */
  children(this: void): Promise<readonly number[]>;
  alive(this: void): Promise<readonly number[]>;
}

/** Sets the stage for runs of a host. Ended, nothing of it is left. @param keeps - whether our server keeps its tasks in a file */
export async function createHostStage(host: Installed, directory: string, seconds: number, keeps = false): Promise<HostStage> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-host-')));
  const home = join(root, 'home');
  const pids = join(root, 'pids');
  const config = join(root, 'sidestream.config.json');
  for (const name of ['work', 'home', 'tmp']) await mkdir(join(root, name));
  const worker = (description: string, time: number): object => ({
    kind: 'command', description, command: process.execPath, args: [WORKER, pids, String(time)], steering: 'lines',
  });
  await writeFile(config, JSON.stringify({ agents: {
    worker: worker('Works for long.', seconds), ...keeps && { brief: worker('Works for a moment.', 1) },
  } }));
  const [file, ...first] = programOf(directory, host);
  const { PATH = '' } = process.env;
  const started: Running[] = [];

  const children = async (): Promise<readonly number[]> =>
    (await readFile(pids, 'utf8').catch(() => '')).split('\n').filter((each) => each !== '').map(Number);

  return {
    home, children,
    server: {
      command: join(directory, 'sidestream/node_modules/.bin/sidestream'),
      args: ['mcp', '--config', config, ...keeps ? ['--store', join(root, 'tasks.db')] : []],
    },
    alive: async () => (await children()).filter(isAlive),
    run(args, env = {}) {
      const child = spawn(file, [...first, ...args], {
        cwd: join(root, 'work'), stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: `${dirname(nodeOf(directory, host))}${delimiter}${PATH}`, LANG: 'C.UTF-8', HOME: home, TMPDIR: join(root, 'tmp'), ...env,
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
      const ended = new Promise<Ended>((resolve) => {
        child.once('error', (error) => { resolve({ code: error.message, output }); });
        child.once('close', (code, signal) => { resolve({ code: code ?? signal, output }); });
      });
      const running = { pid: child.pid ?? 0, ended };
      started.push(running);
      return running;
    },
    async [Symbol.asyncDispose]() {
      for (const { pid } of started) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
      for (const pid of (await children()).filter(isAlive)) process.kill(pid, 'SIGKILL');
      await rm(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
