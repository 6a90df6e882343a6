import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, take } from 'rxjs';
import { acp, presets, type AcpAgent, type AcpOptions } from '../../src/agents/acp/index.js';
import { collect, createSession, lines, type Task } from '../../src/index.js';
import { createModelServer, type ModelServer } from '../support/modelServer/createModelServer.js';
import type { ModelRequest, Turn } from '../support/modelServer/script.js';
import { wordsOf } from '../support/modelServer/wordsOf.js';

const installed = process.env['SIDESTREAM_AGENTS'] ?? '';

/** How a real agent is set up to talk to a server on loopback, with a home of its own. */
interface RealAgent {
  readonly name: string;
  readonly package: string;
  /** The version that was seen to do all this. */
  readonly seen: string;
  options(server: ModelServer, home: string): AcpOptions;
  /** What must pass before a conversation can be taken up by a new process. */
  settle?(): Promise<unknown>;
}

const opencode: RealAgent = {
  name: 'opencode', package: 'opencode-ai', seen: '1.18.33',
  options: ({ url }, home) => ({
    ...presets.opencode,
    command: join(installed, 'node_modules/.bin/opencode'),
    env: {
      HOME: home, OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: { loopback: {
          npm: '@ai-sdk/openai-compatible', name: 'loopback', options: { baseURL: url, apiKey: 'none' },
          models: { loopback: { name: 'loopback', tool_call: true, limit: { context: 100_000, output: 8_000 } } },
        } },
        model: 'loopback/loopback', small_model: 'loopback/loopback',
      }),
    },
  }),
};

const gemini: RealAgent = {
  name: 'Gemini CLI', package: '@google/gemini-cli', seen: '0.61.0',
  options: ({ geminiUrl }, home) => ({
    ...presets.geminiCli,
    command: join(installed, 'node_modules/.bin/gemini'),
    // A named model needs no other model to choose it.
    args: ['--acp', '--model', 'gemini-2.5-flash'],
    authenticate: 'gemini-api-key',
    env: { HOME: home, GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: geminiUrl },
  }),
  // It names the file of a conversation after its minute, and a session/load within the same minute writes over what it is to load.
  settle: () => sleep(61_000 - Date.now() % 60_000),
};

/** What the agent asks on behalf of the user; what it asks for itself, such as a title, has no tools. */
const lastAsked = ({ messages }: ModelRequest): string =>
  wordsOf(messages.filter(({ role }) => role === 'user').at(-1) ?? { role: 'user' });
const allAsked = ({ messages }: ModelRequest): string => messages.map(wordsOf).join('\n');

/** The model that the agents talk to: real HTTP, scripted by what was said last. */
function script(request: ModelRequest): Turn {
  if (request.tools.length === 0) return { say: 'a title' };
  const asked = lastAsked(request);
  if (asked.includes('count')) return { say: ['one\n', 'two\n', 'three\n', 'counted'], pace: 150 };
  if (asked.includes('turn left')) return { say: 'turning left' };
  if (asked.includes('what was the word')) return { say: allAsked(request).includes('swordfish') ? 'swordfish' : 'I do not know' };
  if (asked.includes('look it up')) {
    const isBack = request.messages.at(-1)?.role === 'tool';
    if (isBack) return { say: 'looked it up' };
    return { say: Array.from({ length: 20 }, (_, n) => `step ${n}\n`), pace: 100, call: [readFact(request)] };
  }
  if (asked.includes('for ever')) return { say: ['waiting\n', 'still waiting\n'], pace: 50, then: 'hang' };
  return { say: 'understood' };
}

/** A call of whichever tool this agent reads files with. */
const readFact = ({ tools }: ModelRequest) => tools.includes('read_file')
  ? { name: 'read_file', input: { file_path: 'fact.txt' } }
  : { name: 'read', input: { filePath: join(work, 'fact.txt') } };

let root: string;
let work: string;
let server: ModelServer;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-real-')));
  work = join(root, 'work');
  for (const name of ['work', 'home']) await mkdir(join(root, name));
  await writeFile(join(work, 'fact.txt'), 'a fact');
  server = await createModelServer({ script });
});
afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

const printed = (task: Task, words: string): Promise<string> =>
  firstValueFrom(task.events.pipe(lines(), filter((each) => each.includes(words)), take(1)));

describe.each([opencode, gemini])('$name', ({ package: version, seen, options, settle }) => {
  const agentOf = (more: Partial<AcpOptions> = {}): AcpAgent => acp({ ...options(server, join(root, 'home')), cwd: work, ...more });

  it('should be the version that this was seen with', async () => {
    const manifest = await readFile(join(installed, 'node_modules', version, 'package.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ version: seen });
  });

  it('should start, stream line by line, and end with its result', async () => {
    await using session = createSession();
    const task = session.delegate(agentOf(), { goal: 'count to three' });
    await printed(task, 'one');
    expect(task.snapshot().status).toBe('running');
    expect(await collect(task, { timeout: 60_000 })).toBe('one\ntwo\nthree\ncounted');
    expect(task.snapshot().preview).toEqual(['one', 'two', 'three', 'counted']);
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  });

  it('should be steered in mid-run, and the model should get to see it', async () => {
    await using session = createSession();
    const task = session.delegate(agentOf({ allow: ['read'] }), { goal: 'look it up' });
    await printed(task, 'step 2');
    const receipt = task.steer('turn left');
    expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
    expect(await collect(task, { timeout: 60_000 })).toContain('turning left');
    expect(server.visits.some((visit) => lastAsked(visit).includes('turn left'))).toBe(true);
  });

  it('should be cancelled, close its request to the model, and be gone', async () => {
    await using session = createSession();
    const task = session.delegate(agentOf(), { goal: 'work for ever' });
    await printed(task, 'waiting');
    expect(server.open).toBe(1);
    expect(task.cancel('enough')).toBe(true);
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    await server.until(() => server.open === 0);
    expect(server.visits.at(-1)!.state).toBe('left');
  });

  it('should go on with the conversation in a follow-up', async () => {
    await using session = createSession();
    const agent = agentOf();
    const first = session.delegate(agent, { goal: 'remember the word swordfish' });
    expect(await collect(first, { timeout: 60_000 })).toBe('understood');
    await settle?.();
    const second = session.delegate(agent, { goal: 'what was the word?', session: first.id });
    expect(await collect(second, { timeout: 60_000 })).toBe('swordfish');
    expect(second.snapshot().preview).toEqual(['swordfish']);
    const other = session.delegate(agent, { goal: 'what was the word?' });
    expect(await collect(other, { timeout: 60_000 })).toBe('I do not know');
  }, 180_000);

  it('should go on in the same process where it lives on', async () => {
    await using agent = agentOf({ keepAlive: 60_000 });
    await using session = createSession();
    const first = session.delegate(agent, { goal: 'remember the word swordfish' });
    await collect(first, { timeout: 60_000 });
    const second = session.delegate(agent, { goal: 'what was the word?', session: first.id });
    expect(await collect(second, { timeout: 60_000 })).toBe('swordfish');
  }, 120_000);
});
