import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { command, type CommandOptions } from '../../src/agents/command/index.js';
import { createSession, outcome, type Ending } from '../../src/index.js';

let directory: string;
beforeAll(async () => { directory = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-start-'))); });
afterAll(() => rm(directory, { recursive: true }));

async function endOf(file: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<Ending<string>> {
  await using session = createSession({ cancelGrace: 60_000 });
  return await firstValueFrom(session.delegate(command(file, args, options), { goal: 'start' }).events.pipe(outcome()));
}

const notStarted = (message: RegExp) => ({ type: 'failed', error: { code: 'not_started', message: expect.stringMatching(message) } });

async function program(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  await chmod(path, 0o755);
  return path;
}

/** The program of this very process, made to ask for another loader; nothing where it is not of that kind. */
async function withoutLoader(): Promise<Buffer | undefined> {
  const own = await readFile('/bin/sh');
  const at = own.indexOf('/lib', 0, 'latin1');
  if (!own.subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')) || at < 0) return undefined;
  own.write('/liX', at, 'latin1');
  return own;
}

describe('a program that is there and cannot be started', () => {
  it.each<[string, string, RegExp]>([
    ['whose interpreter is missing', '#!/no/such/interpreter -x\n', /its interpreter \/no\/such\/interpreter is not there\. Install it/],
    ['whose interpreter is missing, behind a blank', '#! /no/such\n', /its interpreter \/no\/such is not there/],
    ['whose interpreter is a directory', '#!/tmp\n', /its interpreter \/tmp may not be executed\. Correct the first line/],
    ['whose first line ends as on Windows', '#!/bin/sh\r\necho hi\r\n', /carriage return.*Unix line ends/],
    ['that is for another kind of machine', '\x7fELF\x02\x01\x01 and no more', /no program for this system/],
  ])('should be not_started, with what to do: one %s', async (_, content, message) => {
    const file = await program('program', Buffer.from(content, 'latin1'));
    expect(await endOf(file)).toMatchObject(notStarted(message));
    // Nothing of that is shown as the program's own words.
    const printed = await endOf(file, [], { stderr: 'print', successCodes: [0, 126, 127] });
    expect(printed).toMatchObject(notStarted(message));
  });

  it('should be not_started where its loader is missing', async () => {
    const content = await withoutLoader();
    if (content === undefined) return;
    expect(await endOf(await program('loaderless', content))).toMatchObject(notStarted(/the loader that it was built for is not/));
  });

  it('should be not_started where it is a directory or may not be executed', async () => {
    await mkdir(join(directory, 'folder'));
    expect(await endOf(join(directory, 'folder'))).toMatchObject(notStarted(/it is a directory\. Give the program itself/));
    await chmod(await program('plain', 'text'), 0o644);
    expect(await endOf(join(directory, 'plain'))).toMatchObject(notStarted(/may not be executed\. Check its permissions/));
  });

  it('should be not_started where its surroundings are too large, and say which, never what is in it', async () => {
    const secret = 'secret'.repeat(40_000);
    const one = await endOf('true', [], { env: { LARGE_ONE: secret } });
    expect(one).toMatchObject(notStarted(/environment is too large.*`LARGE_ONE` alone has 240011 bytes.*`env`/));
    expect(JSON.stringify(one)).not.toContain('secret');
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`MANY_${n}`, 'x'.repeat(100_000)]));
    expect(await endOf('true', [], { env: many })).toMatchObject(notStarted(/environment is too large .* \(4\d+ bytes\).*`env`/));
    expect(await endOf('echo', ['x'.repeat(200_000)])).toMatchObject(notStarted(/arguments are too long for the system.*stdin/));
    expect(await endOf('echo', Array.from({ length: 40 }, () => 'x'.repeat(100_000)))).toMatchObject(notStarted(/arguments are too long/));
  });

  it('should be an agent_error where it ran, whatever it says and ends with', async () => {
    const words = 'sidestream-start: 6: exec: ./x: not found';
    for (const code of [126, 127]) {
      expect(await endOf('sh', ['-c', `echo "${words}" >&2; exit ${code}`])).toMatchObject({
        error: { code: 'agent_error', message: `\`sh\` exited with code ${code}: ${words}` },
      });
    }
  });

  it('should run without a first line that names its interpreter, as everywhere', async () => {
    expect(await endOf(await program('simple', 'echo "$0 $1"\n'), ['one'])).toMatchObject({ result: `${join(directory, 'simple')} one` });
  });
});

describe('a process with few descriptors to spare', () => {
  const frugal = fileURLToPath(new URL('../support/processes/frugal.ts', import.meta.url));
  const run = async (before: string): Promise<unknown> => {
    // What this very process was started with is not passed on.
    const close = 'for each in /proc/self/fd/*; do n=${each##*/}; [ "$n" -gt 2 ] && [ "$n" -lt 255 ] && eval "exec $n>&-"; done';
    const script = `${close}; ${before}; exec "$@"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'frugal', process.execPath, '--import', 'tsx', frugal]);
    return JSON.parse(stdout);
  };

  it('should say so where it has no more, and end what it has started', async () => {
    const { failures, started, stopped } = await run('ulimit -n 90') as { failures: string[]; started: number; stopped: number };
    expect(new Set(failures).size).toBe(1);
    expect(failures[0]).toMatch(/^not_started: .* has as many files open as it may\. Lower `maxRunning`, or raise .*ulimit -n/);
    expect(started).toBeGreaterThan(0);
    expect(stopped).toBe(started);
  });

  it('should say so where it was started with one that is beyond its limit', async () => {
    const { failures } = await run('exec 200</dev/null; ulimit -n 100') as { failures: string[] };
    expect(failures[0]).toMatch(/started with the descriptor 200 open, which cannot be kept .* limit of 100\. Raise .*200>&-/);
  });
});
