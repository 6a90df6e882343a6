import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bufferCount, filter, firstValueFrom, retry, take, toArray } from 'rxjs';
import { collect, createSession, lines, result, run, text, tool, usage, type Session, type Task } from '../../../src/index.js';
import { command, CommandError, type Arguments, type CommandOptions } from '../../../src/agents/command/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { rejection } from '../../support/caught.js';
import { PASSED_ON } from '../../../src/processes/environment.js';
import { isAlive } from '../../support/processes/isAlive.js';
import { createVirtualTime } from '../../support/virtualTime.js';

const tree = fileURLToPath(new URL('../../support/processes/tree.mjs', import.meta.url));
let directory: string;

beforeAll(async () => { directory = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-command-'))); });
afterAll(() => rm(directory, { recursive: true }));

/** Runs a JavaScript program as the command. */
const program = (code: string, options: CommandOptions = {}, args: readonly string[] = []) =>
  command(process.execPath, ['-e', code, '--', ...args], options);

async function inSession<T>(test: (session: Session) => Promise<T>): Promise<T> {
  await using session = createSession({ cancelGrace: 60_000 });
  return await test(session);
}

const outcomeOf = (agent: ReturnType<typeof command>, goal = 'go', context?: string) => inSession(async (session) => {
  const task = session.delegate(agent, context === undefined ? { goal } : { goal, context });
  const events = await firstValueFrom(task.events.pipe(toArray()));
  expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  return { ending: events.at(-1)!, printed: task.snapshot(Infinity).preview, events };
});

const resultOf = async (agent: ReturnType<typeof command>, goal?: string, context?: string): Promise<unknown> => {
  const { ending } = await outcomeOf(agent, goal, context);
  return ending.type === 'completed' ? ending.result : ending;
};

const printed = (task: Task, words: string) => firstValueFrom(task.events.pipe(lines(), filter((each) => each === words)));

describe('command: what the program is given', () => {
  const nasty = 'say "hi" && touch $(echo x) `y` \\ \'z\' {context} | ; > é😀\nnext line';

  it('should send goal and context over stdin, and end it', async () => {
    const cat = command('cat', [], { result: 'stdout' });
    expect(await resultOf(cat, nasty)).toBe(nasty);
    expect(await resultOf(cat, 'the goal', 'the context')).toBe('the goal\n\nthe context');
  });

  it('should put them into places, each within its own argument, whatever they hold', async () => {
    const args = ['{goal}', '--goal={goal}', 'pre{context}post', '{other}'];
    const agent = program('console.log(JSON.stringify(process.argv.slice(1)), require("fs").readFileSync(0, "utf8").length)', {}, args);
    expect(await resultOf(agent, nasty, 'the context')).toBe(
      `${JSON.stringify([nasty, `--goal=${nasty}`, 'prethe contextpost', '{other}'])} 0`,
    );
  });

  it('should refuse a goal that the program would take for an option', async () => {
    const { ending } = await outcomeOf(command('ls', ['{goal}']), '--help');
    expect(ending).toMatchObject({ type: 'failed', error: { message: expect.stringContaining('begins with a dash') } });
    expect(await resultOf(command('echo', ['--', '{goal}']), '--help')).toBe('-- --help');
    expect(await resultOf(command('echo', ['x', '--ask={goal}']), '--help')).toBe('x --ask=--help');
  });

  it('should let a function make the arguments, or what goes to stdin, of the brief', async () => {
    const code = 'console.log(process.argv[1] + require("fs").readFileSync(0, "utf8"))';
    const both = command(process.execPath, ({ goal }) => ['-e', code, '--', goal], {
      input: ({ goal }) => goal.toUpperCase(),
    });
    expect(await resultOf(both, 'hello')).toBe('helloHELLO');
  });

  it('should pass on an allow-list of the environment, and what it is told to', async () => {
    process.env['SIDESTREAM_SECRET'] = 'secret';
    process.env['SIDESTREAM_KEY'] = 'key';
    try {
      const env = { SIDESTREAM_KEY: true, SIDESTREAM_MODE: 'deep', HOME: false, SIDESTREAM_ABSENT: true };
      const names: unknown = JSON.parse(String(await resultOf(program('console.log(JSON.stringify(process.env))', { env }))));
      expect(names).toMatchObject({ SIDESTREAM_KEY: 'key', SIDESTREAM_MODE: 'deep', PATH: process.env['PATH'] });
      for (const name of ['SIDESTREAM_SECRET', 'HOME', 'SIDESTREAM_ABSENT']) expect(names).not.toHaveProperty(name);
      // A shell on the way may leave its own mark.
      const all = [...PASSED_ON, 'SIDESTREAM_KEY', 'SIDESTREAM_MODE', 'PWD', 'OLDPWD', 'SHLVL', '_'] as readonly string[];
      expect(Object.keys(names as object).filter((name) => !all.includes(name))).toEqual([]);
    } finally {
      delete process.env['SIDESTREAM_SECRET'];
      delete process.env['SIDESTREAM_KEY'];
    }
  });

  it('should run in the directory it is told', async () => {
    expect(await resultOf(command('pwd', [], { cwd: directory }))).toBe(directory);
  });
});

describe('command: what the program says', () => {
  it('should decode UTF-8 whatever way it is cut', async () => {
    const slowly = `
      const bytes = Buffer.from('é😀漢\\nnext ö\\n');
      let n = 0;
      const next = () => n < bytes.length && process.stdout.write(bytes.subarray(n, ++n), () => setTimeout(next, 1));
      next();`;
    expect((await outcomeOf(program(slowly))).printed).toEqual(['é😀漢', 'next ö']);
  });

  it('should keep stderr apart, and read it to its end', async () => {
    const loud = 'process.stderr.write("x".repeat(5_000_000), () => console.log("done"))';
    const { ending, printed: seen } = await outcomeOf(program(loud));
    expect([ending.type, seen]).toEqual(['completed', ['done']]);
  });

  it('should print stderr too where it is asked to', async () => {
    const loud = 'console.log("done"); setTimeout(() => console.error("took 3 s"), 50)';
    const { printed: seen, ending } = await outcomeOf(program(loud, { stderr: 'print' }));
    expect([...seen].sort()).toEqual(['done', 'took 3 s']);
    expect(ending).toMatchObject({ type: 'completed', result: 'done' });
  });

  it('should have the last line as its result, or all of stdout, or none', async () => {
    const two = 'console.log("one\\ntwo\\n")';
    expect(await resultOf(program('console.log("one\\ntwo")'))).toBe('two');
    expect(await resultOf(program(two, { result: 'stdout' }))).toBe('one\ntwo');
    expect(await resultOf(program('', { result: 'stdout' }))).toBe('');
    expect(await resultOf(program(''))).toMatchObject({ error: { code: 'no_result' } });
  });

  it('should keep the end of a stdout that is too long for a result, and say so', async () => {
    const whole = String(await resultOf(program('process.stdout.write("x".repeat(2_500_000) + "end")', { result: 'stdout' })));
    expect(whole).toMatch(/^\[… 1500003 characters left out …\]\nx+end$/);
    expect(whole).toHaveLength(1_000_000 + '[… 1500003 characters left out …]\n'.length);
  });

  it('should read each line as what it means', async () => {
    const code = `
      const say = (value) => console.log(JSON.stringify(value));
      say({ tool: 'grep' }); say({ tokens: 7 }); console.log('garbage'); say({ answer: { pages: 3 } });
      process.stdout.write('{"tool":"last"}')`;
    const read = (words: string) => {
      if (!words.startsWith('{')) return undefined;
      const { tool: name, tokens, answer } = JSON.parse(words) as { tool?: string; tokens?: number; answer?: { pages: number } };
      if (name !== undefined) return [tool(name, 'started'), tool(name, 'ended')];
      return tokens === undefined ? result(answer!) : usage({ inputTokens: tokens, outputTokens: 0 });
    };
    const agent = command<{ pages: number }>(process.execPath, ['-e', code], { read, input: () => '' });
    await inSession(async (session) => {
      const task = session.delegate(agent, { goal: 'read' });
      expect(await collect(task)).toEqual({ pages: 3 });
      const names = await firstValueFrom(task.events.pipe(filter(({ type }) => type === 'tool'), toArray()));
      expect(names.map((event) => `${Reflect.get(event, 'name')} ${Reflect.get(event, 'state')}`)).toEqual([
        'grep started', 'grep ended', 'last started', 'last ended',
      ]);
      expect(task.snapshot()).toMatchObject({ usage: { inputTokens: 7 }, preview: [] });
    });
  });

  it('should leave out a line that is too long to read, and say so', async () => {
    const agent = program('console.log("x".repeat(1_000_001)); console.log("next")', { read: (words) => words });
    expect((await outcomeOf(agent)).printed).toEqual(['[… left out, longer than 1000000 characters: 1 …]', 'next']);
  });

  it('should fail where a line cannot be read, and end the program', async () => {
    const read = (words: string) => text(JSON.parse(words) as string);
    const { ending } = await outcomeOf(program('console.log("garbage"); setInterval(() => 0, 1000)', { read }));
    expect(ending).toMatchObject({ type: 'failed', error: { name: 'SyntaxError' } });
  });
});

describe('command: that it lives', () => {
  const answers = (where: string) => `process.stdin.on('data', () => process.${where}.write('still at it'))`;

  it.each<[string, string, CommandOptions]>([
    ['to stderr, which is kept', 'stderr', {}],
    ['to stderr, where its stdout is the result', 'stderr', { result: 'stdout' }],
    ['a line to stderr, which is printed and goes on', 'stderr', { stderr: 'print' }],
    ['to stdout, of which nothing is read', 'stdout', { read: () => undefined }],
  ])('should be seen by what it writes %s', async (_, where, options) => {
    const { scheduler, advance } = createVirtualTime();
    await using session = createSession({ scheduler, idleTimeout: 100 });
    const task = session.delegate(program(answers(where), { ...options, steering: 'lines', input: () => '' }), { goal: 'work' });
    advance(90);
    task.steer('how far?');
    for (let n = 0; n < 2_000 && task.snapshot().lastActivityAt < 90; n++) await sleep(5);
    advance(60);

    expect(task.snapshot()).toMatchObject({ status: 'running', preview: [] });
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  }, 60_000);
});

describe('command: how it fails', () => {
  it('should say the exit code and what was on stderr last', async () => {
    const code = 'for (let n = 1; n <= 20; n++) console.error(`line ${n}`); process.exitCode = 3';
    const failing = (session: Session) => collect(session.delegate(program(code), { goal: 'fail' }));
    const error = await inSession((session) => rejection(failing(session))) as Error;
    const message = expect.stringMatching(/exited with code 3: line 13\n[^]*\nline 20$/);
    expect(error).toMatchObject({ code: 'agent_error', message });
    expect(error.cause).toBeInstanceOf(CommandError);
    expect(error.cause).toMatchObject({ exitCode: 3, signal: null, stderr: expect.stringContaining('line 1\n') });
  });

  it('should say which signal ended it', async () => {
    const { ending } = await outcomeOf(program('process.kill(process.pid, "SIGKILL"); setInterval(() => 0, 1000)'));
    const message = expect.stringMatching(/was ended by SIGKILL$/);
    expect(ending).toMatchObject({ type: 'failed', error: { name: 'CommandError', message } });
  });

  it('should let other exit codes count as success', async () => {
    const agent = program('console.log("none found"); process.exitCode = 1', { successCodes: [0, 1] });
    expect(await resultOf(agent)).toBe('none found');
  });

  it('should fail as not_started, with what to do, where it cannot be started', async () => {
    const file = join(directory, 'plain.txt');
    await writeFile(file, 'text');
    const cases: [ReturnType<typeof command>, string, RegExp][] = [
      [command('no-such-program-here'), 'go', /no such program on the PATH.*Install it/],
      [command('pwd', [], { cwd: join(directory, 'nowhere') }), 'go', /working directory .*nowhere is not there/],
      [command(file), 'go', /may not be executed/],
      [command('echo', ['{goal}']), 'x'.repeat(3_000_000), /too long for the system.*stdin/],
      [command('echo', ['{goal}']), 'a\0b', /Could not start `echo`/],
    ];
    for (const [agent, goal, message] of cases) {
      const { ending } = await outcomeOf(agent, goal);
      expect(ending).toMatchObject({ type: 'failed', error: { code: 'not_started', message: expect.stringMatching(message) } });
    }
  });

  it('should be tried again by retry, as every cold run', async () => {
    const file = join(directory, 'tries');
    const code = `
      const [fs, file] = [require('fs'), ${JSON.stringify(file)}];
      fs.appendFileSync(file, 'x');
      process.exitCode = fs.readFileSync(file).length < 3 ? 1 : 0;
      console.log('done')`;
    expect(await firstValueFrom(run(program(code), { goal: 'try' }).pipe(retry(5), result(), toArray()))).toEqual(['done']);
    expect(await readFile(file, 'utf8')).toBe('xxx');
  });
});

describe('command: how it is ended', () => {
  const pidsOf = (task: Task): Promise<number[]> => firstValueFrom(task.events.pipe(
    lines(), filter((words) => words.startsWith('pid ')), bufferCount(3), take(1),
  )).then((pids) => pids.map((words) => Number(words.slice(4))));

  it.each([
    ['goes at TERM', 'plain', 3_000],
    ['ignores TERM', 'stubborn', 100],
    ['leaves what ignores TERM', 'stubborn-below', 100],
  ])('should leave nothing of a tree of three that %s', async (_, manner, grace) => {
    await inSession(async (session) => {
      const task = session.delegate(command(process.execPath, [tree, '3', manner], { grace }), { goal: 'live' });
      const pids = await pidsOf(task);
      expect(pids.filter(isAlive)).toHaveLength(3);
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(pids.filter(isAlive)).toEqual([]);
    });
  });

  it('should send TERM first, so that a program can put its things in order', async () => {
    await inSession(async (session) => {
      const code = `
        const save = () => { require('fs').writeFileSync(${JSON.stringify(join(directory, 'saved'))}, 'yes'); process.exit() };
        process.on('SIGTERM', () => setTimeout(save, 50));
        setInterval(() => 0, 1000);
        console.log('ready')`;
      const task = session.delegate(program(code), { goal: 'work' });
      await printed(task, 'ready');
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(await readFile(join(directory, 'saved'), 'utf8')).toBe('yes');
    });
  });

  it.each<[string, () => unknown]>([['throws', () => { throw new Error('boom'); }], ['is no string', () => 123]])(
    'should start nothing where its input %s', async (_, input) => {
      const mark = join(directory, 'started');
      const { ending } = await outcomeOf(command('touch', [mark], { input: input as () => string }));
      expect(ending).toMatchObject({ type: 'failed' });
      await expect(readFile(mark)).rejects.toMatchObject({ code: 'ENOENT' });
    });

  it('should end what a program leaves behind when it ends by itself', async () => {
    await inSession(async (session) => {
      const task = session.delegate(command(process.execPath, [tree, '3', 'leaves']), { goal: 'leave' });
      const pids = await pidsOf(task);
      expect(await collect(task)).toMatch(/^pid /);
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(pids.filter(isAlive)).toEqual([]);
    });
  });

  it('should not wait for a grandchild that holds its output', async () => {
    const code = `
      require('child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
      console.log('done');
      process.exit(0)`;
    // With `close` instead of `exit` this would take ten minutes.
    expect(await resultOf(program(code, { drain: 500 }))).toBe('done');
  });

  it('should keep the output that comes between its exit and the drain', async () => {
    const code = `
      require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => console.log("late"), 60)'], { stdio: 'inherit' });
      console.log('early'); process.exit(0)`;
    expect((await outcomeOf(program(code, { drain: 60_000 }))).printed).toEqual(['early', 'late']);
  });

  it('should end at once what prints without end', async () => {
    await inSession(async (session) => {
      const task = session.delegate(command('yes'), { goal: 'yes' });
      await firstValueFrom(task.events.pipe(lines(), bufferCount(1_000)));
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(task.snapshot()).toMatchObject({ status: 'cancelled', windowLines: 200 });
    });
  });
});

describe('command: steering', () => {
  it('should be written as a line, as JSON or as a function frames it', async () => {
    const echo = `
      const { createInterface } = require('readline');
      createInterface({ input: process.stdin }).on('line', (words) => {
        console.log(words);
        if (words.includes('end')) process.exit(0);
      })`;
    const framings: [CommandOptions['steering'], string][] = [
      ['lines', 'two lines end'],
      ['json', '{"type":"steer","text":"two\\n lines end"}'],
      [(message) => `> ${message.length}, end\n`, '> 14, end'],
    ];
    for (const [steering, expected] of framings) {
      await inSession(async (session) => {
        const task = session.delegate(program(echo, { steering, input: () => 'first\n' }), { goal: 'echo' });
        const receipt = task.steer('two\n lines end');
        expect(await collect(task)).toBe(expected);
        expect(task.snapshot().preview).toEqual(['first', expected]);
        expect((await firstValueFrom(receipt.settled)).state).toBe('delivered');
      });
    }
  });

  it('should pile up no more than the mailbox holds where the program reads nothing', async () => {
    await using session = createSession({ mailboxSize: 2, messageLength: 10_000_000 });
    const deaf = program('console.log("deaf"); setInterval(() => 0, 1000)', { steering: 'lines', input: () => '' });
    const task = session.delegate(deaf, { goal: 'be deaf' });
    await printed(task, 'deaf');
    const long = 'x'.repeat(4_000_000);
    const receipts = Array.from({ length: 5 }, () => task.steer(long));
    expect(receipts.map(({ state, reason }) => [state, reason])).toEqual([
      ['queued', undefined], ['queued', undefined], ...Array.from({ length: 3 }, () => ['missed', 'mailbox_full']),
    ]);
    await sleep(50);
    expect(task.snapshot().steering).toEqual({ queued: 2, delivered: 0, missed: 0 });
    task.cancel();
    expect(await firstValueFrom(receipts[0]!.settled)).toMatchObject({ state: 'missed', reason: 'cancelled' });
  });

  it('should read missed where the program has closed its stdin', async () => {
    await inSession(async (session) => {
      const closes = 'process.stdin.destroy(); require("fs").closeSync(0); console.log("closed"); setInterval(() => 0, 1000)';
      const task = session.delegate(program(closes, { steering: 'lines', input: () => '' }), { goal: 'close' });
      await printed(task, 'closed');
      expect(await firstValueFrom(task.steer('hello').settled)).toMatchObject({ state: 'missed', reason: 'refused' });
      expect(task.snapshot()).toMatchObject({ status: 'running', steering: { queued: 0, delivered: 0, missed: 1 } });
    });
  });

  it.each([
    ['reads nothing', 'setTimeout(() => undefined, 200)'],
    ['reads it and does not say so', 'process.stdin.once("data", () => process.exit(0))'],
  ])('should never claim that one has it who %s', async (_, code) => {
    await inSession(async (session) => {
      const task = session.delegate(program(code, { steering: 'lines', input: () => '', result: 'stdout' }), { goal: 'be silent' });
      const receipt = task.steer('left');
      expect(await collect(task)).toBe('');
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'completed' });
    });
  });

  it('should not take what was printed before it for an answer', async () => {
    await inSession(async (session) => {
      const listens = `
        console.log('ready');
        process.stdin.once('data', () => require('fs').writeFileSync(${JSON.stringify(join(directory, 'read'))}, 'yes'))`;
      const task = session.delegate(program(listens, { steering: 'lines', input: () => '' }), { goal: 'be silent' });
      await printed(task, 'ready');
      const receipt = task.steer('left');
      while (await readFile(join(directory, 'read'), 'utf8').catch(() => '') !== 'yes') await sleep(5);
      expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
      task.cancel();
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'cancelled' });
    });
  });

  it.each(['stdout', 'stderr'])('should be delivered, with those before it, where something comes after it on %s', async (where) => {
    await inSession(async (session) => {
      const code = `process.stdin.on('data', (all) => String(all).includes('three') && process.${where}.write('.'))`;
      const task = session.delegate(program(code, { steering: 'lines', input: () => '', result: 'stdout' }), { goal: 'listen' });
      const receipts = ['one', 'two', 'three'].map((words) => task.steer(words));
      expect(await Promise.all(receipts.map(({ settled }) => firstValueFrom(settled)))).toMatchObject([
        { state: 'delivered' }, { state: 'delivered' }, { state: 'delivered' },
      ]);
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 3, missed: 0 });
    });
  });

  it('should be refused as not_steerable by the tools where it was not asked for', async () => {
    await inSession(async (session) => {
      const { delegate_task_async: start, steer_task: steer } = createToolset(session, { agents: { sleeper: command('sleep', ['600']) } });
      const { task_id } = await start.execute({ goal: 'sleep' });
      expect(await steer.execute({ task_id, message: 'wake up' })).toMatchObject({ ok: false, code: 'not_steerable' });
    });
  });
});

describe('command: what it is called with', () => {
  it.each<[unknown, unknown, unknown, RegExp]>([
    ['', [], {}, /`file` to be a string that is not blank/],
    ['ls', 'all', {}, /`args` to be a list of strings, or a function of the brief, got a string of 3 characters/],
    ['ls', [1], {}, /`args` to be a list of strings/],
    ['ls', [], { shell: true }, /Unknown field `shell` in the options of command/],
    ['ls', [], { env: { A: 1 } }, /`env` to be an object of variables/],
    ['ls', [], { env: { 'A=B': 'x' } }, /`env`/],
    ['ls', [], { steering: 'stdin' }, /`steering` to be lines, json or a function/],
    ['ls', [], { grace: Infinity }, /`grace` to be a number of milliseconds/],
    ['ls', [], { successCodes: 1 }, /`successCodes` to be a list of exit codes/],
    ['ls', [], { read: (words: string) => words, result: 'stdout' }, /`read` or `result: "stdout"`.*not both/],
  ])('should refuse %j %j %j', (file, args, options, message) => {
    expect(() => command(file as string, args as Arguments, options as CommandOptions)).toThrow(message);
  });

  it('should name its tasks after the program', () => inSession(async (session) => {
    const task = session.delegate(command('/bin/true'), { goal: 'be true' });
    expect(task.id).toMatch(/^true-/);
    await firstValueFrom(task.stopped);
  }));

  it('should not follow a link of the same name in the working directory', async () => {
    await symlink('/bin/echo', join(directory, 'cat'));
    expect(await resultOf(command('cat', [], { cwd: directory }), 'from cat')).toBe('from cat');
  });
});
