import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFile } from 'node:fs/promises';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Script } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { rejection } from '../../support/caught.js';
import { until } from '../../support/until.js';
import { holdTime } from '../../support/holdTime.js';
import { turns } from '../../support/turns.js';

const file = temporary();
let session: Session;
let count = 0;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

/** A task in mid-turn. */
async function atWork(script: Script, options: Partial<AcpOptions>): Promise<{ readonly task: Task<string>; readonly journal: string }> {
  const journal = file(`journal-${++count}`);
  const task = session.delegate(actor({ ...script, journal }, options), { goal: 'act' });
  await until(() => task.snapshot().preview.includes('working'));
  return { task, journal };
}

/** Lets a turn go on that waits for a note of it. */
const goOn = (journal: string) => appendFile(journal, 'go on\n');

const steered = (task: Task, words: string) => firstValueFrom(task.steer(words).settled);
const told = async (journal: string) => (await journalOf(journal)).filter((each) => /^(prompt|cancel)/.test(each));

describe('steering an ACP agent', () => {
  describe('by a concurrent prompt', () => {
    const steering = 'concurrent-prompt';

    it('should reach one that takes it up in the turn, and wait for both answers', async () => {
      const { task } = await atWork({ mode: 'steers', turns: [[{ say: 'working\n' }, { hear: true }, { wait: 50 },
        { say: 'and done' }]] }, { steering });
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('working\nheard left\nand done');
    });

    it('should go on where the first prompt is answered early', async () => {
      const { task } = await atWork({ mode: 'early', turns: [[{ say: 'working\n' }, { hear: true }, { wait: 300 }, { say: 'done',
        id: 'last' }]] }, { steering });
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('done');
    });

    it('should fail where the first is answered early and the second fails', async () => {
      const fail = { fail: { code: -32603, message: 'overloaded' } };
      const turns = [[{ say: 'working\n' }, { hear: true, id: 'next' }, { wait: 300 }, fail]];
      const { task } = await atWork({ mode: 'early', turns }, { steering });
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await rejection(collect(task))).toMatchObject({ code: 'agent_error', message: expect.stringContaining('overloaded') });
    });

    it('should not wait for ever for a second prompt that is never answered', async () => {
      const { task } = await atWork(
        { mode: 'never', turns: [[{ say: 'working\n' }, { hear: true }, { wait: 100 }, { say: 'done', id: 'last' }]] },
        { steering, promptSilence: 2_000, cancelGrace: 100 },
      );
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('done');
      expect(task.snapshot().preview).toContain('[a prompt was never answered; its turn counts as ended]');
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    });

    it('should not take a long tool call for silence', async () => {
      const { task } = await atWork({ mode: 'early', turns: [[
        { say: 'working\n' }, { hear: true }, { update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'build' } }, { wait: 2_500 },
        { say: 'built' },
      ]] }, { steering, promptSilence: 1_000 });
      await steered(task, 'left');
      expect(await collect(task)).toBe('built');
    });

    it('should be missed where it is refused, and leave the turn alone', async () => {
      const { task, journal } = await atWork({ mode: 'refuses', turns: [[{ say: 'working\n' }, { noted: 'go on' }, { say: 'done' }]] },
        { steering });
      {
        // A refusal counts for so long after the message: hold that time until it is there.
        using time = holdTime();
        expect(await steered(task, 'left')).toMatchObject({ state: 'missed', reason: 'refused' });
        time.advance(1_000);
      }
      await goOn(journal);
      expect(await collect(task)).toBe('working\ndone');
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 1 });
      expect(task.snapshot().preview).toEqual(['working', 'done']);
    });

    it('should bear with one that cancels the first prompt for the second', async () => {
      const { task } = await atWork({ mode: 'cancelsFirst', turns: [[{ say: 'working\n' }, { forever: true }], [{ echo: true }]] },
        { steering });
      await steered(task, 'left');
      expect(await collect(task)).toBe('working\nleft');
    });

    it('should not count usage twice that both answers tell', async () => {
      const stop = { stop: { stopReason: 'end_turn', usage: { totalTokens: 3, inputTokens: 2, outputTokens: 1 } } };
      const { task } = await atWork({ mode: 'steers', turns: [[{ say: 'working\n' }, { hear: true }, { wait: 150 }, stop]] }, { steering });
      await steered(task, 'left');
      await collect(task);
      expect(task.snapshot().usage).toMatchObject({ inputTokens: 2, outputTokens: 1 });
    });
  });

  describe('by cancel and a new prompt', () => {
    it('should cancel, wait for the answer, and be delivered with the next prompt', async () => {
      const { task, journal } = await atWork(
        { turns: [[{ say: 'working\n' }, { forever: true }], [{ say: 'now ' }, { echo: true }]] }, { steering: 'cancel-and-reprompt' },
      );
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('now left');
      expect(await told(journal)).toEqual(['prompt act', 'cancel', 'prompt left']);
    });

    it('should begin another message where the cancelled prompt is answered with an error', async () => {
      const fail = { fail: { code: -32603, message: 'Aborted' } };
      const { task } = await atWork({ ignoreCancel: true, turns: [
        [{ say: 'working\n' }, { say: 'half a sent' }, { noted: 'cancel' }, fail], [{ say: 'The answer.' }],
      ] }, { steering: 'cancel-and-reprompt' });
      await until(() => task.snapshot().preview.includes('half a sent'));
      expect(await steered(task, 'left')).toMatchObject({ state: 'delivered' });
      expect(await collect(task)).toBe('The answer.');
    });

    it.each(['permit', 'permitLate'])('should answer what waits for permission, or still comes, as cancelled (%s)', async (order) => {
      const permit = { [order]: { toolCall: { toolCallId: '1' }, options: [{ optionId: 'a', name: 'a', kind: 'allow_once' }] } };
      const { task, journal } = await atWork(
        { turns: [[{ say: 'working\n' }, permit], [{ echo: true }]] },
        { steering: 'cancel-and-reprompt', permissions: () => new Promise(() => undefined) },
      );
      await steered(task, 'left');
      expect(await collect(task)).toBe('left');
      expect(await journalOf(journal)).toContain('permission {"outcome":"cancelled"}');
    });

    it('should wait, and stay queued, where the agent does not heed the cancel', async () => {
      const { task } = await atWork(
        { ignoreCancel: true, turns: [[{ say: 'working\n' }, { noted: 'cancel' }, { say: 'all the same' }], [{ echo: true }]] },
        { steering: 'cancel-and-reprompt' },
      );
      const receipt = task.steer('left');
      expect(receipt.state).toBe('queued');
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
      expect(task.snapshot().preview).toContain('all the same');
      expect(await collect(task)).toBe('left');
    });
  });

  describe('by the queue', () => {
    it('should be sent when the turn has ended, one message a turn', async () => {
      const { task, journal } = await atWork({ turns: [[{ say: 'working\n' }, { noted: 'go on' }], [{ echo: true }]] },
        { steering: 'queue' });
      const receipts = [task.steer('one'), task.steer('two')];
      await goOn(journal);
      expect(receipts.map(({ state }) => state)).toEqual(['queued', 'queued']);
      expect(await collect(task)).toBe('two');
      expect(await told(journal)).toEqual(['prompt act', 'prompt one', 'prompt two']);
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
    });

    it('should be missed where the turn before fails', async () => {
      const fail = { fail: { code: -32603, message: 'no' } };
      const { task, journal } = await atWork({ turns: [[{ say: 'working\n' }, { noted: 'go on' }, fail]] }, { steering: 'queue' });
      const receipt = task.steer('one');
      await goOn(journal);
      await rejection(collect(task));
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed' });
    });

    it('should not be taken for a prompt that is never answered', async () => {
      const { task, journal } = await atWork(
        { turns: [[{ say: 'working\n' }, { noted: 'go on' }], [{ wait: 600 }, { echo: true }]] }, { steering: 'queue', promptSilence: 150 },
      );
      task.steer('one');
      await goOn(journal);
      expect(await collect(task)).toBe('one');
    });
  });

  it('should not be there where it is switched off', async () => {
    const { task, journal } = await atWork({ turns: [[{ say: 'working\n' }, { noted: 'go on' }]] }, { steering: false });
    expect(task.steer('one')).toMatchObject({ state: 'missed', reason: 'not_steerable' });
    await goOn(journal);
    await collect(task);
    expect(await told(journal)).toEqual(['prompt act']);
  });

  it.each(['queue', 'cancel-and-reprompt', 'concurrent-prompt'] as const)(
    'should be missed where the agent shows no life after it (%s)', async (steering) => {
      const first = steering === 'queue' ? [{ say: 'working\n' }, { wait: 100 }] : [{ say: 'working\n' }, { forever: true }];
      const mode = steering === 'concurrent-prompt' ? 'never' : 'queues';
      const { task, journal } = await atWork({ mode, turns: [first, [{ forever: true }]] }, { steering, cancelGrace: 50 });
      const receipt = task.steer('one');
      while (!(await told(journal)).includes('prompt one')) await turns(1);
      await sleep(200);
      expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
      task.cancel();
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'missed', reason: 'cancelled' });
    },
  );
});
