import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import type { Store } from '../../../src/core/store.js';
import { collect, type Task } from '../../../src/index.js';
import type { AcpAgent, AcpOptions } from '../../../src/agents/acp/index.js';
import { memoryStore } from '../../../src/stores/index.js';
import { actor, ACTOR, journalOf, type Script } from '../../support/acp/actor.js';
import { isAlive } from '../../support/acp/pids.js';
import { temporary } from '../../support/acp/temporary.js';
import { rejection } from '../../support/caught.js';
import { crashingStore } from '../../support/durable/crashes.js';
import { startLife } from '../../support/durable/lives.js';
import { until } from '../../support/until.js';

const module = fileURLToPath(new URL('../../support/durable/acpAgent.ts', import.meta.url));
const file = temporary();
let count = 0;
let closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closing.reverse()) await each[Symbol.asyncDispose]();
  closing = [];
});

type Turns = NonNullable<Script['turns']>;

const WORK: Turns = [[{ say: 'working\n' }, { forever: true }]];
const DONE: Turns = [[{ say: 'done' }]];

interface Life {
  readonly session: DurableSession;
  begin(): Task<string>;
  follow(id: string, goal: string): Task<string>;
}

/** The lives of a session with one agent, `coder`, whose programs write down what they are told. */
function stage(store: Store = memoryStore()) {
  const journal = file(`journal-${++count}`);
  const conversations = file(`store-${count}`);
  const create = (script: Script, options: Partial<AcpOptions> = {}): AcpAgent => {
    const agent = actor({ load: true, journal, store: conversations, ...script }, { onRestart: 'resume', ...options });
    closing.push(agent);
    return agent;
  };
  return {
    create,
    async live(script: Script, options?: Partial<AcpOptions>): Promise<Life> {
      const coder = create(script, options);
      const session = await openSession({ store, agents: { coder } });
      closing.push(session);
      return {
        session,
        begin: () => session.delegate(coder, { goal: 'paint it', context: 'the door' }, { name: 'coder' }),
        follow: (follow_up, goal) => session.delegate(coder, { goal, follow_up }, { name: 'coder' }),
      };
    },
    /** What was noted that begins so. */
    noted: async (words: string): Promise<readonly string[]> => (await journalOf(journal)).filter((each) => each.startsWith(words))
      .map((each) => each.slice(words.length)),
  };
}

const says = (task: Task, words: string): Promise<void> => until(() => task.snapshot(Infinity).preview.includes(words));

describe('an ACP agent whose process has ended', () => {
  it.each([
    ['load', { load: true }, 'load '], ['load that replays late', { load: true, replayLate: true }, 'load '],
    ['resume', { resume: true }, 'resume '],
  ])('should go on in its conversation by session/%s, of which nothing is new', async (_, script, by) => {
    const { live, noted } = stage();
    const first = await live({ ...script, turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    expect((await first.session.close()).kept).toEqual([task.id]);

    const second = await live({ ...script, turns: [[{ wait: 60 }, { say: 'done' }]] });
    const again = second.session.get(task.id)!;
    expect(await collect(again)).toBe('done');
    expect(again.snapshot(Infinity).preview).toEqual(['working', 'done']);
    expect(again.outcome).toMatchObject({ type: 'completed', attempt: 2 });
    const [prompt, goOn] = await noted('prompt ');
    expect(prompt).toBe('paint it⏎⏎the door');
    expect(goOn).toMatch(/^The process in which you worked has ended, .*⏎⏎Your task is, as before:⏎⏎paint it⏎⏎the door$/);
    expect(await noted(by)).toHaveLength(1);
    expect(await noted('new ')).toHaveLength(1);
  });

  it('should be interrupted where it can neither load nor resume a session', async () => {
    const { live, noted } = stage();
    const first = await live({ load: false, turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();

    const second = await live({ load: false, turns: DONE });
    expect(await rejection(collect(second.session.get(task.id)!))).toMatchObject({
      code: 'interrupted', message: expect.stringMatching(/can neither resume nor load a session, so its conversation ended with/),
    });
    expect(await noted('prompt ')).toHaveLength(1);
  });

  it('should be interrupted where its program is not there any more', async () => {
    const { live } = stage();
    const first = await live({ turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();

    const second = await live({}, { command: '/nowhere/agent' });
    expect(await rejection(collect(second.session.get(task.id)!))).toMatchObject({ code: 'interrupted' });
  });

  it('should be told again what it was steered with in the turn that was cut off, and be sent what waited', async () => {
    const { live, noted } = stage();
    const first = await live({ mode: 'steers', turns: [[{ say: 'working\n', id: 'a' }, { hear: true, id: 'b' }, { forever: true }]] }, {
      steering: 'concurrent-prompt',
    });
    const task = first.begin();
    await says(task, 'working');
    task.steer('in blue');
    await says(task, 'heard in blue');
    await until(() => task.snapshot().steering.delivered === 1);
    task.steer('twice');
    await until(async () => (await noted('prompt ')).length === 3);
    await first.session.close();
    expect(task.snapshot().steering).toMatchObject({ queued: 1, delivered: 1 });

    const second = await live({ turns: [[{ say: 'on it\n' }], [{ say: 'done' }]] });
    const again = second.session.get(task.id)!;
    expect(await collect(again)).toBe('done');
    const prompts = (await noted('prompt ')).slice(3);
    expect(prompts).toEqual([expect.stringMatching(/paint it⏎⏎the door⏎⏎Since then you were told:⏎⏎in blue$/), 'twice']);
    expect(again.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
  });

  it('should keep what it was steered with over a second end, and forget it with its turn', async () => {
    const { live, noted } = stage();
    const first = await live({ mode: 'steers', turns: [[{ say: 'working\n', id: 'a' }, { hear: true, id: 'b' }, { forever: true }]] }, {
      steering: 'concurrent-prompt',
    });
    const task = first.begin();
    await says(task, 'working');
    task.steer('in blue');
    await until(() => task.snapshot().steering.delivered === 1);
    await first.session.close();

    const second = await live({ turns: [[{ say: 'again\n' }, { forever: true }]] });
    await says(second.session.get(task.id)!, 'again');
    await second.session.close();

    // Its first turn comes to its end here, and then it works on a message.
    const third = await live({ turns: [[{ say: 'half\n' }, { wait: 50 }], [{ say: 'more\n' }, { forever: true }]] });
    const again = third.session.get(task.id)!;
    await says(again, 'half');
    again.steer('and the frame');
    await says(again, 'more');
    await until(() => again.snapshot().steering.delivered === 2);
    await third.session.close();

    const fourth = await live({ turns: DONE });
    expect(await collect(fourth.session.get(task.id)!)).toBe('done');
    const since = (await noted('prompt ')).map((each) => each.split('Since then you were told:')[1]);
    expect(since).toEqual([undefined, undefined, '⏎⏎in blue', '⏎⏎in blue', undefined, '⏎⏎and the frame']);
  });

  it('should be brought into its mode as at a start, or not go on', async () => {
    const { live, noted } = stage();
    const ids = ['yolo', 'default'];
    const first = await live({ modes: { ids }, turns: WORK }, { mode: 'default' });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();

    const second = await live({ modes: { ids }, turns: WORK }, { mode: 'default' });
    await says(second.session.get(task.id)!, 'working');
    await until(async () => (await noted('prompt ')).length === 2);
    await second.session.close();
    expect(await noted('mode ')).toEqual(['default', 'default']);

    const third = await live({ modes: { ids, refuses: true }, turns: DONE }, { mode: 'default' });
    expect(await rejection(collect(third.session.get(task.id)!))).toMatchObject({
      code: 'interrupted', message: expect.stringContaining('unattended: true'),
    });
    expect(await noted('prompt ')).toHaveLength(2);
  });

  it('should go on in the mode in which it worked, where nobody set one', async () => {
    const { live, noted } = stage();
    const first = await live({ modes: { ids: ['plan', 'build'] }, turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();
    expect(await noted('mode ')).toEqual([]);

    const second = await live({ modes: { ids: ['build', 'plan'] }, turns: DONE });
    expect(await collect(second.session.get(task.id)!)).toBe('done');
    expect(await noted('mode ')).toEqual(['plan']);
  });

  it('should ask for permission as before', async () => {
    const { live, noted } = stage();
    const first = await live({ turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();

    const permit = {
      toolCall: { toolCallId: 'write', title: 'Write', kind: 'edit' },
      options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }, { optionId: 'no', name: 'No', kind: 'reject_once' }],
    };
    const second = await live({ turns: [[{ permit }]] });
    expect(await collect(second.session.get(task.id)!)).toBe('no');
    expect(await noted('permission ')).toEqual(['{"outcome":"selected","optionId":"no"}']);
  });

  it('should go on with its own words, where some are set', async () => {
    const { live, noted } = stage();
    const first = await live({ turns: WORK });
    const task = first.begin();
    await says(task, 'working');
    await first.session.close();
    const second = await live({ turns: DONE }, { resumePrompt: 'Weiter.' });
    expect(await collect(second.session.get(task.id)!)).toBe('done');
    expect((await noted('prompt ')).at(-1)).toBe('Weiter.⏎⏎Your task is, as before:⏎⏎paint it⏎⏎the door');
  });

  it('should come to its end, whichever of its facts was the last', async () => {
    const store = crashingStore();
    const { live, create } = stage(store);
    const first = await live({ turns: [[{ say: 'half\n' }, { say: 'done', id: 'last' }]] });
    const { id } = first.begin();
    await collect(first.session.get(id)!);
    await first.session.kept();
    const from = store.facts.findIndex(({ type }) => type === 'saved') + 1;
    const to = store.facts.findIndex(({ type }) => type === 'ended');
    expect(to).toBeGreaterThan(from);
    for (let cut = from; cut <= to; cut += 1) {
      const coder = create({ turns: [[{ echo: true }]] });
      const second = await openSession({ store: store.after(cut), agents: { coder } });
      const answer = await collect(second.get(id)!);
      // Before it was asked it is asked as at first.
      if (cut === from) expect(answer).toBe('paint it\n\nthe door');
      else expect(answer).toMatch(/^The process in which you worked has ended/);
      await second.close();
    }
  });

  it('should go on when its process was killed, and its program with it', async () => {
    const [journal, store] = [file('journal-killed'), file('store-killed')];
    const optionsOf = (turns: Turns) =>
      ({ command: process.execPath, args: [ACTOR, JSON.stringify({ load: true, journal, store, turns } satisfies Script)] });
    const first = startLife(file('killed.db'), module, optionsOf(WORK));
    await first.says((event) => event.type === 'line' && event.text === 'working');
    await first.kill();

    const second = startLife(file('killed.db'), module, optionsOf(DONE));
    expect(await second.end()).toMatchObject({ type: 'completed', result: 'done', attempt: 2 });
    const noted = await journalOf(journal);
    const session = noted.find((each) => each.startsWith('load '))!.slice('load '.length);
    const [one, two] = noted.filter((each) => each.startsWith('pid ')).map((each) => Number(each.slice('pid '.length)));
    expect(session).toBe(`session-${one}-1`);
    expect(two).not.toBe(one);
    await until(async () => !await isAlive(one!) && !await isAlive(two!));
  });

  it.each([['load', { load: true }], ['resume', { resume: true }]])(
    'should be followed up by session/%s when its process has ended, in the mode in which it worked', async (_, script) => {
      const { live, noted } = stage();
      const ids = ['plan', 'build'];
      const first = await live({ ...script, modes: { ids }, turns: [[{ memory: true }]] });
      const task = first.begin();
      await collect(task);
      expect((await first.session.close()).kept).toEqual([]);

      const second = await live({ ...script, modes: { ids: ids.reverse() }, turns: [[{ memory: true }]] });
      const next = second.follow(task.id, 'paint the frame');
      expect(await collect(next)).toMatch(/^paint it\n\nthe door, paint the frame$/);
      expect(next.outcome).toMatchObject({ attempt: 1 });
      expect((await noted('prompt ')).at(-1)).toBe('paint the frame');
      expect(await noted('mode ')).toEqual(['plan']);
    },
  );

  it('should go on with a follow-up that was cut off, and not begin with what it follows', async () => {
    const { live, noted } = stage();
    const first = await live({ turns: [[{ memory: true }], [{ say: 'working\n' }, { forever: true }]] }, { keepAlive: true });
    const { id } = first.begin();
    await collect(first.session.get(id)!);
    const next = first.follow(id, 'paint the frame');
    await says(next, 'working');
    await first.session.close();

    const second = await live({ turns: DONE });
    expect(await collect(second.session.get(next.id)!)).toBe('done');
    expect((await noted('prompt ')).at(-1)).toMatch(/^The process in which you worked has ended, .*⏎⏎Your task is, as before:⏎⏎paint th/);
    expect(await noted('load ')).toHaveLength(1);
  });

  it('should say that it resumes only where it was asked to, and where it can', () => {
    const { create } = stage();
    expect('onRestart' in create({}, { onRestart: undefined })).toBe(false);
    expect(create({}).onRestart).toBe('resume');
    expect(() => create({}, { worktree: true })).toThrow('Leave `worktree` out');
    expect(create({}, { worktree: true, onRestart: 'restart' }).onRestart).toBe('restart');
  });
});
