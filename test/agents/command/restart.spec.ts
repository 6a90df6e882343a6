import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import { collect, type AgentFunction, type Brief } from '../../../src/index.js';
import { command } from '../../../src/agents/command/index.js';
import { memoryStore } from '../../../src/stores/index.js';
import { temporary } from '../../support/acp/temporary.js';
import { rejection } from '../../support/caught.js';
import { create } from '../../support/durable/commandAgent.js';
import { startLife } from '../../support/durable/lives.js';
import { until } from '../../support/until.js';

const program = fileURLToPath(new URL('../../support/durable/coder.mjs', import.meta.url));
const module = fileURLToPath(new URL('../../support/durable/commandAgent.ts', import.meta.url));
const file = temporary();
let count = 0;
let sessions: DurableSession[] = [];
afterEach(async () => {
  for (const session of sessions) await session.close();
  sessions = [];
});

const noted = async (name: string): Promise<readonly string[]> => (await readFile(name, 'utf8').catch(() => '')).split('\n').slice(0, -1);

async function live(store: ReturnType<typeof memoryStore>, worker: AgentFunction): Promise<DurableSession> {
  const session = await openSession({ store, agents: { worker } });
  sessions.push(session);
  return session;
}

describe('a follow-up of a command', () => {
  const coder = (notes: string) => command(process.execPath, [program, notes, '1', '0'], {
    checkpoint: (line) => /"session":"([^"]+)"/.exec(line)?.[1],
    resume: (saved, { goal }, how) => [program, notes, '2', '0', '--resume', saved as string, how, goal],
  });

  it('should be started by `resume` with what its program said, and its own goal', async () => {
    const notes = file(`notes-${++count}`);
    const worker = coder(notes);
    expect(worker.followUp).toBe(true);
    const session = await live(memoryStore(), worker);
    const first = session.delegate(worker, { goal: 'do it' });
    expect(await collect(first)).toBe('did 1 steps');
    const second = session.delegate(worker, { goal: 'and more', follow_up: first.id });
    expect(await collect(second)).toBe('did 2 steps');
    // What follows the second goes on with what that said.
    expect(await collect(session.delegate(worker, { goal: 'once more', follow_up: second.id }))).toBe('did 2 steps');
    const [began, , resumed, , again] = await noted(notes);
    const [, id] = began!.split(' ');
    const wasResumed = (goal: string): unknown => expect.stringMatching(new RegExp(`^resumed ${id} \\d+ ${goal}$`));
    expect([resumed, again]).toEqual([wasResumed('and more'), wasResumed('once more')]);
  });

  it('should be there after a restart', async () => {
    const notes = file(`notes-${++count}`);
    const store = memoryStore();
    const first = await live(store, coder(notes));
    const { id } = first.delegate(coder(notes), { goal: 'do it' }, { name: 'worker' });
    await collect(first.get(id)!);
    await first.close();
    const again = coder(notes);
    const second = await live(store, again);
    expect(await collect(second.delegate(again, { goal: 'and more', follow_up: id }, { name: 'worker' }))).toBe('did 2 steps');
    expect((await noted(notes)).filter((each) => each.startsWith('resumed'))).toHaveLength(1);
  });

  it('should be refused where it has not said how, or its program said nothing to go on from', async () => {
    const notes = file(`notes-${++count}`);
    const session = await live(memoryStore(), coder(notes));
    const deaf = command(process.execPath, [program, notes, '1', '0']);
    expect('followUp' in deaf).toBe(false);
    const first = session.delegate(coder(notes), { goal: 'do it' });
    await collect(first);
    expect(await rejection(collect(session.delegate(deaf, { goal: 'more', follow_up: first.id }, { name: first.snapshot().agent }))))
      .toMatchObject({ code: 'not_started', message: expect.stringContaining('cannot be followed up') });
    const mute = command(process.execPath, [program, notes, '1', '0'], { checkpoint: () => undefined, resume: () => [] });
    const second = session.delegate(mute, { goal: 'do it' });
    await collect(second);
    expect(() => session.delegate(mute, { goal: 'more', follow_up: second.id })).toThrow('has left no conversation');
  });
});

describe('a command whose process has ended', () => {
  it('should go on with what its program said, and have no part of the earlier result', async () => {
    const notes = file(`notes-${++count}`);
    const worker = create({ program, file: notes, steps: 3, hangs: 2 });
    const store = memoryStore();
    const first = await live(store, worker);
    const task = first.delegate(worker, { goal: 'do it' }, { name: 'worker' });
    await until(async () => (await noted(notes)).length === 3);
    await until(() => task.snapshot().preview.includes('step 2'));
    expect((await first.close()).kept).toEqual([task.id]);

    const again = (await live(store, worker)).get(task.id)!;
    expect(await collect(again)).toBe('did 3 steps');
    const [began, one, two, resumed, three] = await noted(notes);
    const [, id] = began!.split(' ');
    expect([one, two, three]).toEqual([1, 2, 3].map((n) => `${id} did ${n}`));
    expect(resumed).toMatch(new RegExp(`^resumed ${id} \\d+ do it$`));
  });

  it('should be interrupted where its program had said nothing to go on from', async () => {
    const notes = file(`notes-${++count}`);
    const worker = command(process.execPath, [program, notes, '3', '2'], { checkpoint: () => undefined, resume: () => ['--version'] });
    const store = memoryStore();
    const first = await live(store, worker);
    const task = first.delegate(worker, { goal: 'do it' }, { name: 'worker' });
    await until(() => task.snapshot().preview.includes('step 2'));
    expect((await first.close()).kept).toEqual([]);
    expect(await rejection(collect((await live(store, worker)).get(task.id)!))).toMatchObject({ code: 'interrupted' });
  });

  it('should be interrupted where what it said cannot be kept, and say so', async () => {
    const notes = file(`notes-${++count}`);
    const worker = command(process.execPath, [program, notes, '3', '2'], {
      checkpoint: () => new Date(0) as never, resume: () => [program, notes, '3'],
    });
    const store = memoryStore();
    const first = await live(store, worker);
    const task = first.delegate(worker, { goal: 'do it' }, { name: 'worker' });
    await until(() => task.snapshot().preview.includes('step 2'));
    const told = task.snapshot().preview.filter((each) => each.startsWith('[the task cannot go on'));
    expect(told).toEqual([expect.stringContaining('is a Date')]);
    await first.close();
    expect(await rejection(collect((await live(store, worker)).get(task.id)!))).toMatchObject({
      code: 'interrupted', message: expect.stringContaining('is a Date'),
    });
  });

  it('should give its stdin what was saved, too', async () => {
    const notes = file(`notes-${++count}`);
    const input = ({ goal }: Brief, saved?: unknown): string => saved === undefined ? goal : `go on with ${JSON.stringify(saved)}`;
    const worker = command(process.execPath, [program, notes, '2', '1'], {
      input, checkpoint: (line) => line.startsWith('{') ? 7 : undefined, resume: () => [program, notes, '2', '0', '--resume', 'x'],
    });
    const store = memoryStore();
    const first = await live(store, worker);
    const task = first.delegate(worker, { goal: 'do it' }, { name: 'worker' });
    await until(() => task.snapshot().preview.includes('step 1'));
    await first.close();
    expect(await collect((await live(store, worker)).get(task.id)!)).toBe('did 2 steps');
    expect((await noted(notes)).find((each) => each.startsWith('resumed'))).toMatch(/ go on with 7$/);
  });

  it('should go on when its process was killed, with its program gone and what it saved in a file', async () => {
    const notes = file(`notes-${++count}`);
    const known = { program, file: notes, steps: 4, hangs: 3 };
    const first = startLife(file(`store-${count}.db`), module, known);
    await first.says((event) => event.type === 'line' && event.text === 'step 3');
    await first.kill();

    const second = startLife(file(`store-${count}.db`), module, known);
    expect(await second.end()).toMatchObject({ type: 'completed', result: 'did 4 steps', attempt: 2 });
    const [began, ...rest] = await noted(notes);
    const [, id] = began!.split(' ');
    expect(rest).toEqual([1, 2, 3].map((n) => `${id} did ${n}`).concat(expect.stringMatching(`^resumed ${id} `) as never, `${id} did 4`));
  });

  it('should take what it needs together', () => {
    const both = { checkpoint: () => 1, resume: () => [] };
    expect(command('true', [], both).onRestart).toBe('resume');
    expect(command('true', [], { ...both, onRestart: 'interrupt' }).onRestart).toBe('interrupt');
    expect(command('true', [], { onRestart: 'restart' }).onRestart).toBe('restart');
    expect('onRestart' in command('true', [])).toBe(false);
    for (const options of [{ checkpoint: both.checkpoint }, { resume: both.resume }, { onRestart: 'resume' as const }]) {
      expect(() => command('true', [], options)).toThrow('Expected `checkpoint` and `resume` together');
    }
    expect(() => command('true', [], { ...both, worktree: true })).toThrow('Leave `worktree` out');
  });
});
