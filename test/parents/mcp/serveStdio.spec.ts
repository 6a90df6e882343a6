import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { NEVER } from 'rxjs';
import { createSession, type Session } from '../../../src/index.js';
import { serveStdio } from '../../../src/parents/mcp/index.js';
import { until } from '../../support/until.js';

const REQUESTS = 70;

const message = (body: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...body })}\n`;
const HELLO = message({
  id: 'init', method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'spec', version: '1' } },
}) + message({ method: 'notifications/initialized' });
const call = (id: number, name: string, input: object = {}): string =>
  message({ id, method: 'tools/call', params: { name, arguments: input } });
const answersIn = (text: string): { readonly id: number | string; readonly result: { readonly structuredContent?: object } }[] =>
  text.split('\n').slice(0, -1).map((each) => JSON.parse(each) as never).filter((each) => 'id' in each);

/** A program of its own that serves, and says with which code it ends and what was left unanswered. */
let program: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidestream-stdio-'));
  program = join(folder, 'serve.mjs');
  await build({
    stdin: {
      contents: `
        import { serveStdio } from ${JSON.stringify(new URL('../../../src/parents/mcp/index.ts', import.meta.url).pathname)};
        const serving = await serveStdio({
          agents: { quick: { agent: () => ['x'.repeat(1_000)], description: 'Answers.' } },
          onError: ({ message }) => { console.error(message); },
        });
        await serving.closed;
        process.exit(serving.unanswered === 0 ? 0 : 3);
      `,
      resolveDir: process.cwd(), loader: 'ts',
    },
    bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function start(): { readonly child: ChildProcessWithoutNullStreams; said(): string; readonly ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program], { stdio: 'pipe' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  child.stdin.on('error', () => undefined);
  return { child, said: () => stderr, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** 70 requests whose answers are more than a pipe holds. */
const many = (): string => {
  let text = HELLO;
  for (let id = 0; id < REQUESTS; id++) {
    text += id % 2 === 0 ? message({ id, method: 'tools/list' }) : call(id, 'delegate_task', { goal: `${id}` });
  }
  return text;
};

describe('serveStdio, at the end of its input', () => {
  it.each([
    ['reads at once', 0, 65_536],
    ['begins to read late', 700, 65_536],
    ['reads slowly', 50, 4_096],
  ])('should answer everything to a host that %s', async (_, pause, size) => {
    const { child, ended, said } = start();
    child.stdin.end(many());
    let text = '';
    if (pause === 0) child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    else {
      // With a listener, or Node would throw away at the program's exit what is not read yet.
      child.stdout.setEncoding('utf8').on('readable', () => undefined);
      await sleep(pause);
      while (!child.stdout.readableEnded) {
        const chunk = child.stdout.read(size) as string | null ?? child.stdout.read() as string | null;
        if (chunk !== null) text += chunk;
        await sleep(2);
      }
    }
    expect(await ended).toBe(0);
    expect(said()).toBe('');
    const answers = answersIn(text);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(REQUESTS + 1);
    expect(answers.filter(({ result }) => result === undefined)).toEqual([]);
    expect(answers.filter(({ id }) => Number(id) % 2 === 1).map(({ result }) => result.structuredContent))
      .toEqual(Array.from({ length: REQUESTS / 2 }, () => expect.objectContaining({ ok: true, status: 'completed' })));
  });

  it('should end where nobody reads any more, and say by its code that answers were lost', async () => {
    const { child, ended, said } = start();
    child.stdout.destroy();
    child.stdin.end(many());
    expect(await ended).toBe(3);
    expect(said()).toContain('has not read the answers');
    expect(said()).not.toContain('Warning');
  });

  it('should end with a host that stops reading in the middle', async () => {
    const { child, ended } = start();
    child.stdin.end(many());
    await once(child.stdout, 'readable');
    child.stdout.destroy();
    expect(await ended).toBe(3);
  });
});

describe('serveStdio', () => {
  /** Over streams of our own. */
  async function stage(stdout: Writable) {
    const stdin = new PassThrough();
    const sessions: Session[] = [];
    const serving = await serveStdio({
      stdin, stdout, agents: { never: { agent: () => NEVER, description: 'Never ends.' } },
      session: () => {
        const session = createSession();
        sessions.push(session);
        return session;
      },
    });
    return { stdin, serving, sessions };
  }

  /** A reader that takes so many writes. */
  function reader(): { readonly stdout: Writable; text(): string; take(): void } {
    const waiting: (() => void)[] = [];
    let text = '';
    const stdout = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _, done) {
        waiting.push(() => {
          text += chunk.toString();
          done();
        });
      },
    });
    return { stdout, text: () => text, take: () => { waiting.shift()?.(); } };
  }

  it('should answer calls that wait when its input ends, and end their tasks', async () => {
    const read = reader();
    const { stdin, serving, sessions } = await stage(read.stdout);
    stdin.end(HELLO + call(1, 'delegate_task', { goal: 'x', timeout: 600 }) + call(2, 'list_tasks'));
    let isClosed = false;
    void serving.closed.then(() => { isClosed = true; });
    await until(() => sessions[0]?.list()[0]?.status === 'cancelled');
    expect(isClosed).toBe(false);
    await until(() => {
      read.take();
      return isClosed;
    });
    expect(serving.unanswered).toBe(0);
    const byId = Object.fromEntries(answersIn(read.text()).map(({ id, result }) => [id, result.structuredContent]));
    expect(byId[1]).toMatchObject({ ok: true, status: 'cancelled' });
    expect(byId[2]).toMatchObject({ ok: true, total: 1 });
  });

  it('should not count what is in its own buffer as told', async () => {
    const read = reader();
    const { stdin, serving, sessions } = await stage(read.stdout);
    stdin.write(HELLO);
    await until(() => {
      read.take();
      return answersIn(read.text()).length === 1;
    });
    const task = sessions[0]!.delegate(() => ['done'], { goal: 'x' });
    stdin.write(call(1, 'list_tasks'));
    await sleep(50);
    expect(task.isHeard).toBe(false);
    await until(() => {
      read.take();
      return answersIn(read.text()).some(({ id }) => id === 1);
    });
    await until(() => task.isHeard);
    await serving.close();
  });

  it('should write many answers to a slow host without a warning', async () => {
    const read = reader();
    const { stdin, serving } = await stage(read.stdout);
    stdin.write(HELLO + Array.from({ length: 50 }, (_, id) => call(id, 'list_tasks')).join(''));
    await until(() => {
      read.take();
      return answersIn(read.text()).length === 51;
    });
    await serving.close();
  });
});

describe('serveStdio, line by line', () => {
  const LIMIT = 10 * 1024 * 1024;

  /** Serves until its input ends, and says what was answered and what went wrong. */
  async function serve(chunks: Iterable<string | Buffer>) {
    const [stdin, errors] = [new PassThrough(), [] as string[]];
    let text = '';
    const stdout = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const { closed } = await serveStdio({
      stdin, stdout, agents: { quick: { agent: () => ['done'], description: 'Answers.' } },
      onError: ({ message }) => { errors.push(message); },
    });
    for (const chunk of chunks) if (!stdin.write(chunk)) await Promise.race([once(stdin, 'drain'), closed]);
    stdin.end();
    await closed;
    return { ids: answersIn(text).map(({ id }) => id), errors };
  }
  const padded = (id: number, size: number): string => {
    const line = call(id, 'list_tasks').slice(0, -1);
    return line.slice(0, -1) + ' '.repeat(size - line.length) + '}';
  };
  function* cut(text: string, size = 65_536): Iterable<Buffer> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  it.each([65_536, 64 * LIMIT])('should leave out a line that is too long, say so once, and go on: in pieces of %p', async (size) => {
    const [one, three, five] = [1, 3, 5].map((id) => call(id, 'list_tasks'));
    const text = `${HELLO}${one}${padded(2, 3 * LIMIT)}\n${three}${padded(4, LIMIT + 1)}\n${five}`;
    const { ids, errors } = await serve(cut(text, size));
    expect(ids).toEqual(['init', 1, 3, 5]);
    expect(errors).toHaveLength(2);
    for (const each of errors) expect(each).toMatch(/^A line on stdin .*left out.* 10 MiB/);
  });

  it('should take a line that is as long as one may be, also with more behind it', async () => {
    const text = `${HELLO}${padded(1, LIMIT)}\n${padded(2, LIMIT - 1)}\r\n${call(3, 'list_tasks')}${padded(4, LIMIT)}`;
    const { ids, errors } = await serve(cut(text, 100_000));
    expect([ids, errors]).toEqual([['init', 1, 2, 3, 4], []]);
  });

  it('should answer the last request where no newline ends it, and leave out a last line that is too long', async () => {
    expect(await serve([HELLO + call(1, 'list_tasks').trimEnd()])).toEqual({ ids: ['init', 1], errors: [] });
    expect(await serve([HELLO, `${call(1, 'list_tasks').trimEnd()}\r`])).toEqual({ ids: ['init', 1], errors: [] });
    const { ids, errors } = await serve(cut(HELLO + padded(1, LIMIT + 1)));
    expect([ids, errors]).toEqual([['init'], [expect.stringContaining('left out')]]);
  });

  it('should take lines however they are cut, within a character too', async () => {
    const text = HELLO + call(1, 'delegate_task', { goal: 'Größe 🎉 …' }) + call(2, 'list_tasks').trimEnd();
    expect(await serve(cut(text, 1))).toEqual({ ids: expect.arrayContaining(['init', 1, 2]), errors: [] });
  });

  it.each(['not json', '{"jsonrpc":"2.0"}', '[]', '17', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"jsonrpc":"2.0","id":1'])(
    'should say in one short sentence that %p is no message, and go on', async (line) => {
      const { ids, errors } = await serve([`${HELLO}${line}\n${call(1, 'list_tasks')}${line}`]);
      expect(ids).toEqual(['init', 1]);
      expect(errors).toHaveLength(2);
      for (const each of errors) expect(each).toMatch(/^A line on stdin was left out: .{1,100}\.$/);
    });

  it('should pass over lines with nothing in them', async () => {
    expect(await serve([`${HELLO}\n\r\n  \n${call(1, 'list_tasks')}\n  `])).toEqual({ ids: ['init', 1], errors: [] });
  });
});
