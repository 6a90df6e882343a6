import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, type Session, type SteeringReceipt, type Task } from '../../../src/index.js';
import type { AcpAgent, AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Script } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
let count = 0;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

interface Played {
  readonly agent: AcpAgent;
  readonly task: Task<string>;
  /** What the agent was told. */
  prompts(): Promise<readonly string[]>;
  /** What its model was asked, each time. */
  asked(): Promise<readonly (readonly string[])[]>;
}

function play(script: Script, options: Partial<AcpOptions>): Played {
  const journal = file(`journal-${++count}`);
  const agent = actor({ ...script, journal }, options);
  const noted = async (words: string) =>
    (await journalOf(journal)).filter((each) => each.startsWith(words)).map((each) => each.slice(words.length));
  return {
    agent,
    task: session.delegate(agent, { goal: 'the goal' }),
    prompts: () => noted('prompt '),
    asked: async () => (await noted('model ')).map((each) => JSON.parse(each) as string[]),
  };
}

const settled = (receipt: SteeringReceipt) => firstValueFrom(receipt.settled);
const steering = 'cancel-and-reprompt';
const begun = [[{ model: true }, { say: 'working\n' }, { forever: true }], [{ model: true }, { say: 'done' }]];

describe('a message to an ACP agent', () => {
  describe('that forgets a turn which is cancelled', () => {
    it('should be told with the goal, and with the messages before it', async () => {
      const turns = [begun[0]!, begun[0]!, begun[1]!];
      const { task, asked, prompts } = play({ latency: 5, forgets: true, turns }, { steering, forgetsCancelled: true });
      await until(() => task.snapshot().preview.includes('working'));
      expect(await settled(task.steer('left'))).toMatchObject({ state: 'delivered' });
      await until(() => task.snapshot().preview.filter((each) => each === 'working').length === 2);
      expect(await settled(task.steer('right'))).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('done');
      const [, second, third] = await asked();
      expect(second).toEqual([expect.stringMatching(/^the goal\n\n.*interrupted.*\n\nleft$/s)]);
      expect(third).toEqual([expect.stringMatching(/^the goal\n\n.*interrupted.*\n\nleft\n\nright$/s)]);
      expect((await prompts())[0]).toBe('the goal');
    });

    it('should not hear again of a turn that ended well', async () => {
      const { task, asked } = play(
        { latency: 5, forgets: true, turns: [[{ model: true }, { say: 'working\n' }, { noted: 'go on' }], ...begun] },
        { steering: 'queue', forgetsCancelled: true },
      );
      await until(() => task.snapshot().preview.includes('working'));
      const receipt = task.steer('left');
      await appendFile(file(`journal-${count}`), 'go on\n');
      await settled(receipt);
      task.cancel();
      expect((await asked()).at(-1)).toEqual(['the goal', 'left']);
    });

    it.each([true, undefined] as const)('should be told in a follow-up what was cancelled (keepAlive: %s)', async (keepAlive) => {
      const { task, agent, asked } = play(
        { latency: 5, forgets: true, turns: keepAlive ? begun : [begun[0]!], resume: true, store: file(`store-${count}`) },
        { steering, forgetsCancelled: true, keepAlive },
      );
      await until(() => task.snapshot().preview.includes('working'));
      task.cancel();
      await firstValueFrom(task.stopped);
      const next = session.delegate(agent, { goal: 'and now?', session: task.id });
      await until(async () => (await asked()).length === 2);
      const words = /^Earlier you were asked .*\n\nthe goal\n\nNow you are asked:\n\nand now\?$/s;
      expect((await asked())[1]).toEqual([expect.stringMatching(words)]);
      next.cancel();
      await agent.close();
    });
  });

  describe('that drops a prompt which is cancelled before its model is asked', () => {
    it('should be told in front of the next one, and be delivered with it', async () => {
      const { task, asked, prompts } = play({ latency: 300, turns: begun }, { steering });
      await until(() => task.snapshot().preview.includes('working'));
      const left = task.steer('left');
      await until(async () => (await prompts()).length === 2);
      const right = task.steer('right');
      expect(await settled(right)).toMatchObject({ state: 'delivered' });
      expect(await settled(left)).toMatchObject({ state: 'delivered' });
      await collect(task);
      expect((await asked()).at(-1)).toEqual(['the goal', 'left\n\nright']);
    });

    it('should bring the goal with it, where that was not heard either', async () => {
      const { task, asked, prompts } = play({ latency: 300, turns: [begun[1]!] }, { steering });
      await until(async () => (await prompts()).length === 1);
      expect(await settled(task.steer('left'))).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('done');
      expect(await asked()).toEqual([['the goal\n\nleft']]);
    });

    it('should be told at once with another one of the same moment', async () => {
      const { task, asked } = play({ latency: 5, turns: begun }, { steering });
      await until(() => task.snapshot().preview.includes('working'));
      const receipts = [task.steer('left'), task.steer('right')];
      await collect(task);
      expect((await Promise.all(receipts.map(settled))).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
      expect((await asked()).at(-1)).toEqual(['the goal', 'left\n\nright']);
    });

    it('should be missed where its model never answers, whatever else the agent says', async () => {
      const noise = ['available_commands_update', 'session_info_update', 'user_message_chunk', 'current_mode_update', 'usage_update']
        .map((sessionUpdate) => ({ update: {
          sessionUpdate, availableCommands: [], currentModeId: 'x', used: 1, size: 2, content: { type: 'text', text: 'left' },
        } }));
      const call = (id: string, status: string) => ({ update: { sessionUpdate: 'tool_call_update', toolCallId: id, status } });
      const { task, prompts } = play({
        latency: 5,
        turns: [
          [{ say: 'working\n', id: 'a' }, call('1', 'in_progress'), { forever: true }],
          [...noise, { say: 'rest of it', id: 'a' }, call('1', 'failed'), { forever: true }],
        ],
      }, { steering });
      await until(() => task.snapshot().preview.includes('working'));
      const receipt = task.steer('left');
      await until(async () => (await prompts()).length === 2);
      await until(() => task.snapshot().preview.join().includes('rest'));
      await sleep(100);
      expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
      task.cancel();
      expect(await settled(receipt)).toMatchObject({ state: 'missed', reason: 'cancelled' });
    });
  });

  it('should not be delivered by the rest of an answer that was begun before it', async () => {
    const rest = [{ say: 'working\n', id: 'a' }, { noted: 'prompt left' }, { say: 'the rest\n', id: 'a' }, { forever: true }];
    const { task } = play({ mode: 'steers', turns: [rest] }, { steering: 'concurrent-prompt' });
    await until(() => task.snapshot().preview.includes('working'));
    const receipt = task.steer('left');
    await until(() => task.snapshot().preview.includes('the rest'));
    await sleep(250);
    expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
    task.cancel();
    expect(await settled(receipt)).toMatchObject({ state: 'missed' });
  });

  const work = [[{ steps: 4, pace: 15 }, { say: 'done', id: 'last' }]];
  const kinds: [string, Script, Partial<AcpOptions>, boolean][] = [
    ['takes it up in the turn', { mode: 'steers' }, { steering: 'concurrent-prompt' }, true],
    ['is asked when it is done', {}, { steering: 'queue' }, true],
    ['is cancelled, and keeps all', { latency: 20, drops: false }, { steering }, false],
    ['is cancelled, and drops what its model was not asked', { latency: 20 }, { steering }, true],
    ['is cancelled, and forgets', { latency: 20, forgets: true }, { steering, forgetsCancelled: true }, true],
  ];
  it.each(kinds)('should be neither lost nor told twice nor delivered falsely at random times (%s)', async (_, script, options, once) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 1, maxLength: 6 }), async (pauses) => {
      const { task, asked, prompts } = play({ ...script, turns: work }, options);
      await until(async () => (await prompts()).length === 1);
      const receipts: SteeringReceipt[] = [];
      for (const [n, pause] of pauses.entries()) {
        await sleep(pause);
        receipts.push(task.steer(`message ${n}.`));
      }
      await collect(task);
      const all = await asked();
      const last = all.at(-1)!.join('\n');
      expect(last).toContain('the goal');
      for (const [n, receipt] of (await Promise.all(receipts.map(settled))).entries()) {
        const words = `message ${n}.`;
        const wasAsked = all.some((each) => each.join('\n').includes(words));
        // What comes behind the end is missed, and says so.
        const reason = expect.stringMatching(/^(not_running|completed)$/);
        expect(receipt).toMatchObject(wasAsked ? { state: 'delivered' } : { state: 'missed', reason });
        if (wasAsked) expect(last).toContain(words);
        if (once) expect(last.split(words).length).toBeLessThanOrEqual(2);
      }
    }), { numRuns: 5, endOnFailure: true });
  });
});
