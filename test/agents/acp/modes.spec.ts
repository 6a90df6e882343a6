import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import { acp, presets, type AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Order, type Script } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { caught, rejection } from '../../support/caught.js';

const file = temporary();
let session: Session;
let count = 0;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

interface Play extends Script { readonly orders?: readonly Order[] }

/** A task that writes a file, and whether it has. */
function writing({ orders = [], ...script }: Play, options: Partial<AcpOptions> = {}) {
  const target = file(`written-${++count}`);
  const journal = file(`journal-${count}`);
  const agent = actor({ turns: [[...orders, { write: target }]], journal, ...script }, options);
  const task: Task<string> = session.delegate(agent, { goal: 'write' });
  const set = async () => (await journalOf(journal)).filter((each) => each.startsWith('mode '));
  return { agent, task, set, isWritten: () => existsSync(target) };
}

const EDITS = ['default', 'acceptEdits'];
const AUTO = ['auto', 'default', 'yolo'];

describe('the mode of an ACP session', () => {
  it.each(['Dangerously skip permissions', 'Build (no prompts)', 'never-ask', 'unattended', 'acceptAll'])(
    'should be known by its name as one in which it acts unasked: %s', async (id) => {
      const { task, isWritten } = writing({ modes: { ids: ['default', id], by: 'modes' } }, { mode: id });
      expect(await rejection(collect(task))).toMatchObject({ code: 'not_started' });
      expect(isWritten()).toBe(false);
    },
  );

  describe.each(['modes', 'config', 'both'] as const)('that is offered by %s', (by) => {
    const modes = { ids: AUTO, by };

    it('should be set, so that nothing is done unasked', async () => {
      const { task, set, isWritten } = writing({ modes }, { mode: 'default' });
      expect(await collect(task)).toBe('asked, no');
      expect(isWritten()).toBe(false);
      expect(await set()).toEqual(['mode default']);
      expect(task.snapshot().preview[0]).toContain('[permission refused: edit, Write');
    });

    it('should be left alone where it is the right one already', async () => {
      const { task, set } = writing({ modes: { ids: ['default', 'auto'], by } }, { mode: 'default', allow: ['edit'] });
      expect(await collect(task)).toBe('asked, yes');
      expect(await set()).toEqual([]);
    });

    it('should not be taken for set where the agent reports another one afterwards', async () => {
      const { task, isWritten } = writing({ modes: { ...modes, stuck: true, tells: true } }, { mode: 'default' });
      expect(await rejection(collect(task))).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/is in its mode `auto`, although `default` was set.*`unattended: true`/),
      });
      expect(isWritten()).toBe(false);
    });

    it('should be refused where the agent does things by itself in it', async () => {
      for (const options of [{}, { mode: 'yolo' }]) {
        const { task, isWritten } = writing({ modes }, options);
        const name = options.mode ?? 'auto';
        expect(await rejection(collect(task))).toMatchObject({
          code: 'not_started', message: expect.stringContaining(`mode \`${name}\`, in which it acts without asking`),
        });
        expect(isWritten()).toBe(false);
      }
    });

    it('should be as it is where nobody is to be asked', async () => {
      expect(await collect(writing({ modes }, { unattended: true }).task)).toBe('wrote');
      expect(await collect(writing({ modes }, { unattended: true, mode: 'yolo' }).task)).toBe('wrote');
      expect(await collect(writing({ modes }, { allow: 'all' }).task)).toBe('wrote');
      expect(await collect(writing({ modes }, { unattended: true, mode: 'default' }).task)).toBe('asked, no');
    });
  });

  it.each<[string, Script, string]>([
    ['has no modes', {}, 'has no modes, so it cannot be put into `default`'],
    ['has other modes', { modes: { ids: ['auto', 'plan'] } }, 'has no mode `default`, only auto, plan'],
    ['refuses to set it', { modes: { ids: AUTO, refuses: true } }, 'did not get past session/set_mode: Not now'],
  ])('should keep an agent from starting that %s, but where it may go on unattended', async (_, script, words) => {
    const { task, isWritten } = writing(script, { mode: 'default' });
    expect(await rejection(collect(task))).toMatchObject({ code: 'not_started', message: expect.stringContaining(words) });
    expect(await rejection(collect(task))).toMatchObject({ message: expect.stringContaining('`unattended: true`') });
    expect(isWritten()).toBe(false);
    const alone = writing(script, { mode: 'default', unattended: true }).task;
    await collect(alone);
    expect(alone.snapshot().preview[0]).toContain(`[its mode was not set: \`${process.execPath}\` ${words}`);
  });

  it('should be set back where the agent changes it by itself, and told', async () => {
    const { task, set, isWritten } = writing(
      { modes: { ids: EDITS, tells: true }, orders: [{ switchMode: 'acceptEdits' }, { noted: 'mode default' }] }, { mode: 'default' },
    );
    expect(await collect(task)).toBe('asked, no');
    expect(await set()).toEqual(['mode default']);
    expect(isWritten()).toBe(false);
    expect(task.snapshot().preview[0]).toBe('[the agent went from mode default to acceptEdits by itself; it was set back]');
  });

  it('should fail the task where it cannot be set back', async () => {
    const { task, isWritten } = writing(
      { modes: { ids: EDITS, refuses: true }, orders: [{ switchMode: 'acceptEdits' }, { forever: true }] },
      { mode: 'default' },
    );
    expect(await rejection(collect(task))).toMatchObject({
      code: 'agent_error', message: expect.stringMatching(/from mode default to acceptEdits by itself.*could not be set back.*Not now/),
    });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(isWritten()).toBe(false);
  });

  it('should not be fought over for ever', async () => {
    const orders = Array.from({ length: 9 }, () => [{ switchMode: 'acceptEdits' }, { wait: 20 }]).flat();
    const modes = { ids: EDITS, by: 'config' } as const;
    const { task } = writing({ modes, orders: [...orders, { forever: true }] }, { mode: 'default' });
    expect(await rejection(collect(task))).toMatchObject({ code: 'agent_error', message: expect.stringContaining('again and again') });
  });

  it('should only be told of where somebody has given leave for more than once', async () => {
    const options = [{ optionId: 'always', name: 'Always', kind: 'allow_always' }];
    const { task, set } = writing({
      modes: { ids: EDITS },
      orders: [{ permit: { toolCall: { toolCallId: '1', title: 'Edit', kind: 'edit' }, options } }, { switchMode: 'acceptEdits' }],
    }, { mode: 'default', permissions: () => 'allow_always' });
    expect(await collect(task)).toContain('wrote');
    expect(await set()).toEqual([]);
    expect(task.snapshot().preview).toContain('[the agent went from mode default to acceptEdits by itself]');
  });

  it('should be set again for a follow-up, in the same process and in another', async () => {
    const store = file(`store-${++count}`);
    for (const keepAlive of [undefined, true] as const) {
      const journal = file(`journal-${++count}`);
      await using agent = actor(
        { modes: { ids: ['auto', 'default'] }, resume: true, store, journal, turns: [[{ write: file('never') }]] },
        { mode: 'default', keepAlive },
      );
      const first = session.delegate(agent, { goal: 'one' });
      expect(await collect(first)).toBe('asked, no');
      expect(await collect(session.delegate(agent, { goal: 'two', session: first.id }))).toBe('asked, no');
      expect((await journalOf(journal)).filter((each) => each.startsWith('mode '))).toHaveLength(keepAlive === true ? 1 : 2);
    }
  });

  it('should be a word, and leave to go unattended a yes or a no', () => {
    const options: [object, RegExp][] = [[{ mode: 7 }, /`mode`/], [{ unattended: 'yes' }, /`unattended`/], [{ seen: 1 }, /`seen`/]];
    for (const [each, message] of options) {
      expect(caught(() => acp({ command: 'x', ...each }))).toMatchObject({ message: expect.stringMatching(message) });
    }
  });

  it('should be the asking one of every preset, or be asked for by its configuration', () => {
    const { opencode, ...rest } = presets;
    expect(Object.values(rest).map(({ mode }) => mode)).toEqual(['default', 'default', 'default', 'read-only', 'read-only']);
    expect(opencode.env.OPENCODE_DISABLE_PROJECT_CONFIG).toBe('1');
    expect(JSON.parse(opencode.env.OPENCODE_PERMISSION)).toMatchObject({ '*': 'ask', 'read': 'allow' });
    for (const { seen } of Object.values(presets)) expect(seen).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('the version of an ACP agent', () => {
  const seen = '1.18.33';

  it.each([['1.18.34', true], ['2.0.0', true], ['1.19.0-beta.1', true], ['1.18.33', false], ['1.9.40', false], ['nightly', false]])(
    'should be told of where it is newer than what was tried, once: %s', async (agentVersion, isTold) => {
      const agent = actor({ agentVersion, turns: [[{ say: 'done' }]] }, { seen });
      for (const isFirst of [true, false]) {
        const task = session.delegate(agent, { goal: 'x' });
        expect(await collect(task)).toBe('done');
        const words = expect.stringMatching(new RegExp(`^\\[.* is version ${agentVersion}, newer than 1\\.18\\.33, `));
        expect(task.snapshot().preview).toEqual([...isTold && isFirst ? [words] : [], 'done']);
      }
    },
  );
});
