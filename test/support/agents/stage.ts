import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acp, type AcpAgent, type AcpOptions } from '../../../src/agents/acp/index.js';
import { createSession, type Session } from '../../../src/index.js';
import { nodeOf, programOf } from '../matrix/installed.js';
import type { Traffic } from '../matrix/results.js';
import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { Turn } from '../modelServer/script.js';
import { pidsWith } from '../processes/pidsWith.js';
import { modelScript } from './modelScript.js';
import type { RealAgent } from './realAgent.js';

const RECORDER = fileURLToPath(new URL('./recorder.mjs', import.meta.url));

/** Milliseconds for each step of a start. Two cores may be shared by many. */
const HANDSHAKE = 300_000;

/** Where a cell is played: folders of its own, a model on loopback, and the agent, whose every line is written down. */
export interface Stage extends AsyncDisposable {
  readonly agent: RealAgent;
  readonly session: Session;
  readonly model: ModelServer;
  /** Where the agent works, and what it is to work on. */
  readonly work: string;
  readonly file: string;
  /** Not below `work`. */
  readonly outside: string;
  /** What the shell leaves behind when it runs. */
  readonly begun: string;
  /** What the model does with every request from now on; nothing: what the script says. */
  answer(this: void, turn: Turn | undefined): void;
  /** What its tools are called with from now on. */
  use(this: void, work: { readonly file?: string; readonly command?: string }): void;
  options(this: void, more?: Partial<AcpOptions>): Promise<AcpOptions>;
  acp(this: void, more?: Partial<AcpOptions>): Promise<AcpAgent>;
  /** For somebody who has not logged in. */
  loggedOut(this: void): AcpAgent;
  /** The living processes of the agent, the shells that it started among them. */
  alive(this: void): readonly number[];
  /** All that was said: the frames, and what the model was asked. */
  traffic(this: void): Promise<Traffic>;
}

/** Sets the stage for one cell. Ended, nothing of it is left. */
export async function createStage(agent: RealAgent, installed: string): Promise<Stage> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-real-')));
  const work = join(root, 'work');
  const home = join(root, 'home');
  const bin = join(root, 'bin');
  const outside = join(root, 'elsewhere');
  // Its own too: some agents leave things there, and Codex refuses a home below it.
  const temporary = join(root, 'tmp');
  for (const folder of [work, home, bin, outside, temporary]) await mkdir(folder);
  const frames = join(root, 'frames.jsonl');
  const begun = join(work, 'begun');
  const mark = root.slice(root.lastIndexOf('/') + 1);
  await writeFile(join(work, 'fact.txt'), 'a fact');
  await writeFile(join(outside, 'secret.txt'), 'a secret');

  let fixed: Turn | undefined;
  let calls = { file: join(work, 'fact.txt'), command: `touch ${begun}` };
  const model = await createModelServer({ script: (request) => fixed ?? modelScript(agent, calls)(request) });
  const session = createSession();
  const made: AcpAgent[] = [];

  // Named as the user's own would be, so that what is said of it reads the same.
  const command = join(bin, agent.preset.command);
  await writeFile(command, [
    `#!${process.execPath}`,
    `process.env.PATH = ${JSON.stringify(dirname(nodeOf(installed, agent)) + delimiter)} + process.env.PATH;`,
    `process.argv.splice(2, 0, ${[frames, ...programOf(installed, agent)].map((each) => JSON.stringify(each)).join(', ')});`,
    `import(${JSON.stringify(RECORDER)});`,
    '',
  ].join('\n'), { mode: 0o755 });

  const own = { cwd: work, command, handshakeTimeout: HANDSHAKE };
  const HOME = { HOME: home, TMPDIR: temporary, SIDESTREAM_MARK: mark };
  // What this process has, such as keys and a config of its user's, is not passed on.
  const preset = Object.fromEntries(Object.entries(agent.preset.env ?? {}).filter(([, value]) => value !== true));
  const options = async ({ env, ...more }: Partial<AcpOptions> = {}): Promise<AcpOptions> => {
    const { env: needed, ...rest } = await agent.setUp(home, model);
    return { ...agent.preset, ...rest, ...own, ...more, env: { ...preset, ...needed, ...HOME, ...env } };
  };
  const keep = (each: AcpAgent): AcpAgent => {
    made.push(each);
    return each;
  };
  const alive = (): readonly number[] => pidsWith(`SIDESTREAM_MARK=${mark}`);

  return {
    agent, session, model, work, outside, begun, options, alive,
    file: join(work, 'note.txt'),
    answer(turn) { fixed = turn; },
    use(given) { calls = { ...calls, ...given }; },
    acp: async (more) => keep(acp(await options(more))),
    loggedOut() {
      const { env, ...rest } = typeof agent.noLogin === 'string' ? {} : agent.noLogin(home);
      return keep(acp({ ...agent.preset, ...rest, ...own, env: { ...preset, ...env, ...HOME } }));
    },
    async traffic() {
      const hide = (text: string): string => text.replaceAll(root, '/stage').replaceAll(installed, '/agents');
      const lines = (await readFile(frames, 'utf8').catch(() => '')).trim().split('\n').filter((each) => each !== '');
      const requests = model.visits.map(({ index, state, tools, messages }) => ({ index, state, tools, messages }));
      return JSON.parse(hide(JSON.stringify({ frames: lines.map(frameOf), requests }, shortened))) as Traffic;
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await Promise.all(made.map((each) => each.close()));
      for (const pid of alive()) process.kill(pid, 'SIGKILL');
      await model.close();
      await rm(root, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function frameOf(line: string): unknown {
  const { ms, who, line: text } = JSON.parse(line) as { readonly ms: number; readonly who: string; readonly line: string };
  try {
    return { ms, who, frame: JSON.parse(text) as unknown };
  } catch {
    return { ms, who, text };
  }
}

/** Prompts of an agent's own run to tens of thousands of characters: their heads tell them. */
const shortened = (_key: string, value: unknown): unknown => typeof value === 'string' && value.length > 1_000
  ? `${value.slice(0, 600)} […${value.length - 1_000} characters…] ${value.slice(-400)}`
  : value;
