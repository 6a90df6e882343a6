import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { memoryStore, type Fact, type Kept, type Store, type StoreOpening } from '../../../src/stores/index.js';
import { rejection } from '../caught.js';
import { asked, created, done, ended, letter, logOf, pageOf } from './facts.js';
import { anyHistory, anyOpening, canonical, type Step } from './histories.js';

/** A place for stores: where one was closed, the next finds what it left. */
export interface StoreBed {
  /** The store of another process. */
  next(): Store;
  /** A store that begins with what is there now, as if the owner had been killed; for stores that survive that. */
  crashed?(): Promise<Store>;
  end(): Promise<void>;
}

const ALL: StoreOpening = { holder: 'the laws', heard: 1_000, unheard: 1_000, evicted: 1_000 };

/**
 * What every store does, whatever it is made of. A new kind is added by a line:
 *
 * ```ts
 * storeLaws('memory', () => …);
 * ```
 */
export function storeLaws(name: string, make: () => StoreBed | Promise<StoreBed>, runs = 30): void {
  const laid = (test: (bed: StoreBed) => Promise<void>) => async (): Promise<void> => {
    const bed = await make();
    try {
      await test(bed);
    } finally {
      await bed.end();
    }
  };

  /** What the next process finds after these groups. */
  const after = async (bed: StoreBed, groups: readonly (readonly Fact[])[], by = ALL): Promise<Kept> => {
    const store = bed.next();
    await store.open(ALL);
    for (const facts of groups) await store.commit(facts);
    await store.close();
    return await reopened(bed, by);
  };
  const reopened = async (bed: StoreBed, by = ALL): Promise<Kept> => {
    const store = bed.next();
    const kept = await store.open(by);
    await store.close();
    return kept;
  };

  describe(`store laws: ${name}`, () => {
    it('should begin empty, and count how often it was opened', laid(async (bed) => {
      const empty = { seed: undefined, lastN: 0, lastOrder: 0, tasks: [], told: [], evicted: [] };
      expect(await reopened(bed)).toEqual({ ...empty, epoch: 1 });
      expect(await after(bed, [[{ type: 'begun', seed: 7 }], [{ type: 'begun', seed: 8 }]])).toEqual({ ...empty, epoch: 3, seed: 7 });
    }));

    it('should give a task back as it was created, waiting or running', laid(async (bed) => {
      const options = { detached: true, deadline: 5, idleTimeout: 6, steerable: false, signal: true };
      const { tasks, lastN } = await after(bed, [[
        created(1, { startedAt: undefined, named: false, options }), created(2, { parentIds: ['t-1', 't-0'] }),
      ]]);
      expect(tasks).toEqual([
        { id: 't-1', n: 1, agent: 'worker', named: false, parentIds: [], brief: { goal: 'goal 1' }, options, state: 'queued',
          createdAt: 1_001, attempt: 1, tries: 0, letters: [], log: logOf(0) },
        { id: 't-2', n: 2, agent: 'worker', named: true, parentIds: ['t-1', 't-0'], brief: { goal: 'goal 2' }, options: {},
          state: 'running', createdAt: 1_002, startedAt: 1_002, attempt: 1, tries: 1, letters: [], log: logOf(0) },
      ]);
      expect(lastN).toBe(2);
    }));

    it('should count attempts and tries as it is told, and keep when the first began', laid(async (bed) => {
      const { tasks } = await after(bed, [
        [created(1, { startedAt: undefined }), created(2), created(3)],
        [{ type: 'started', id: 't-1', at: 5, attempt: 1, tries: 1 }, { type: 'started', id: 't-2', at: 6, attempt: 2, tries: 2 }],
        [{ type: 'attempted', id: 't-2', attempt: 3 }, { type: 'suspended', ids: ['t-2', 't-3'] }],
      ]);
      expect(tasks.map(({ state, startedAt, attempt, tries }) => [state, startedAt, attempt, tries])).toEqual([
        ['running', 5, 1, 1], ['running', 1_002, 3, 0], ['running', 1_003, 1, 0],
      ]);
    }));

    it('should keep the text of a letter while it is queued and where it was missed', laid(async (bed) => {
      const { tasks } = await after(bed, [
        [created(1), letter(1, 's1', 'queued'), letter(1, 's2', 'queued'), letter(1, 's3', 'queued')],
        [letter(1, 's1', 'delivered')], [letter(1, 's2', 'missed', '')],
      ]);
      expect(tasks[0]?.letters).toEqual([
        { id: 's1', state: 'delivered', text: '' }, { id: 's2', state: 'missed', text: 'text of s2', reason: 'it ended' },
        { id: 's3', state: 'queued', text: 'text of s3' },
      ]);
    }));

    it('should keep 1 000 letters of a task, and let the oldest that are settled go', laid(async (bed) => {
      const { tasks } = await after(bed, [[
        created(1), letter(1, 'first', 'queued'),
        ...Array.from({ length: 1_001 }, (_, at) => letter(1, `s${at}`, 'delivered')),
      ]]);
      const ids = tasks[0]!.letters.map(({ id }) => id);
      expect([ids.length, ids[0], ids[1], ids.at(-1)]).toEqual([1_000, 'first', 's2', 's1000']);
    }));

    it('should keep what was saved last, also behind the end', laid(async (bed) => {
      const { tasks } = await after(bed, [
        [created(1), { type: 'saved', id: 't-1', checkpoint: { at: 1 } }], [{ type: 'saved', id: 't-1', checkpoint: [2] }], [ended(1)],
      ]);
      expect(tasks[0]?.saved).toEqual([2]);
    }));

    it('should keep what a task asks and was answered, until it saves or ends', laid(async (bed) => {
      const ask = (n: number): Fact => ({ type: 'asked', id: 't-1', question: asked('t-1', n) });
      const questions = async (...groups: readonly (readonly Fact[])[]): Promise<unknown> =>
        (await after(bed, [[created(1)], ...groups])).tasks[0]?.questions;
      expect(await questions(
        [ask(1), ask(2), ask(1)], [{ type: 'answered', id: 't-1', questionId: 'q1', how: 'answer', answer: { a: [1] } }, ask(3)],
        [{ type: 'answered', id: 't-1', questionId: 'q1', how: 'declined', reason: 'late' }],
        [{ type: 'answered', id: 't-1', questionId: 'q3', how: 'declined', reason: 'no' }],
        [{ type: 'answered', id: 't-1', questionId: 'q9', how: 'answer', answer: 1 }],
      )).toEqual([
        { question: asked('t-1', 1), how: 'answer', answer: { a: [1] } }, { question: asked('t-1', 2) },
        { question: asked('t-1', 3), how: 'declined', reason: 'no' },
      ]);
    }));

    it('should forget what was settled when its task saves, and all that it asked when it ends', laid(async (bed) => {
      const ask = (n: number): Fact => ({ type: 'asked', id: 't-1', question: asked('t-1', n) });
      const saved = await after(bed, [
        [created(1), ask(1), ask(2), { type: 'answered', id: 't-1', questionId: 'q1', how: 'answer', answer: 'x' }],
        [{ type: 'saved', id: 't-1', checkpoint: 1 }],
      ]);
      expect(saved.tasks[0]?.questions).toEqual([{ question: asked('t-1', 2) }]);
      const over = await after(bed, [[ended(1)], [ask(4)]]);
      expect(over.tasks[0]).not.toHaveProperty('questions');
    }));

    it('should keep 100 questions of a task, and all that are open', laid(async (bed) => {
      const facts = Array.from({ length: 150 }, (_, n): readonly Fact[] => [
        { type: 'asked', id: 't-1', question: asked('t-1', n) },
        ...n === 0 ? [] : [{ type: 'answered', id: 't-1', questionId: `q${n}`, how: 'default', answer: n } as const],
      ]);
      const { tasks } = await after(bed, [[created(1)], ...facts]);
      const ids = tasks[0]!.questions!.map(({ question: { id } }) => id);
      expect([ids.length, ids[0], ids[1], ids.at(-1)]).toEqual([100, 'q0', 'q51', 'q149']);
    }));

    it('should keep the first ending of a task, whole', laid(async (bed) => {
      const usage = { inputTokens: 3, outputTokens: 4, costUsd: 0.1 };
      const log = { ...logOf(3), count: 9, others: [{ taskId: 't-1', seq: 0, at: 1, attempt: 1, type: 'step' as const }], gone: 2 };
      const { tasks, lastOrder } = await after(bed, [
        [created(1), ended(1, { attempt: 2, log, usage, ids: ['t-1', 't-2'], order: 5, seq: 8, weight: 77, heard: true })],
        [ended(1, { ending: { type: 'cancelled', reason: 'too late' }, order: 6 })],
        [{ type: 'started', id: 't-1', at: 9, attempt: 9, tries: 9 }],
      ]);
      expect(tasks).toMatchObject([{
        state: 'ended', attempt: 2, tries: 1, log, usage, activeAt: 3_000,
        ended: { ending: done, at: 3_001, seq: 8, order: 5, ids: ['t-1', 't-2'], heard: true, weight: 77 },
      }]);
      expect(lastOrder).toBe(6);
    }));

    it('should know which questions were told, where one was read, and leave what is settled', laid(async (bed) => {
      const asked = (n: number, id: string): Fact => ({ type: 'asked', id: `t-${n}`, question: {
        id, taskId: `t-${n}`, agent: 'worker', kind: 'text', text: `${id}?`, askedAt: 1_000,
      } });
      const { tasks, told } = await after(bed, [
        [created(1), created(2), created(3), ended(3), ...['q1', 'q2', 'q3'].map((id) => asked(1, id)), asked(2, 'q4'), asked(1, 'q5')],
        [
          { type: 'told', kind: 'batch', mark: 'b1', ids: ['t-3'], questions: ['q1', 'q2', 'q4'] },
          { type: 'told', kind: 'call', mark: 'c1', ids: [], questions: ['q3'] },
          { type: 'told', kind: 'batch', mark: 'b2', ids: [], questions: ['q5'] },
        ],
        [{ type: 'read', id: 't-1', questionId: 'q3', at: 'scope:a' }, { type: 'heard', ids: ['t-3'] }],
        [{ type: 'answered', id: 't-1', questionId: 'q1', how: 'answer', answer: 'x' }, ended(2, { order: 4 })],
        [{ type: 'read', id: 't-1', questionId: 'q1', at: '' }],
      ]);
      expect(told).toEqual([
        { kind: 'batch', mark: 'b1', ids: [], questions: ['q2'] }, { kind: 'batch', mark: 'b2', ids: [], questions: ['q5'] },
      ]);
      expect(tasks[0]!.questions!.map(({ question: { id }, how, readAt }) => [id, how, readAt])).toEqual([
        ['q1', 'answer', undefined], ['q2', undefined, undefined], ['q3', undefined, 'scope:a'], ['q5', undefined, undefined],
      ]);
    }));

    it('should know what was told and not heard of since, by its mark', laid(async (bed) => {
      const four = [1, 2, 3, 4].flatMap((n) => [created(n), ended(n)]);
      const { tasks, told } = await after(bed, [
        four,
        [{ type: 'told', kind: 'batch', mark: 'b1', ids: ['t-1', 't-2'] }, { type: 'told', kind: 'call', mark: 'c1', ids: ['t-3'] }],
        [{ type: 'told', kind: 'batch', mark: 'b2', ids: ['t-4'] }],
        [{ type: 'told', kind: 'batch', mark: 'b1', ids: ['t-1', 't-2', 't-3'] }],
        [{ type: 'heard', ids: ['t-3', 't-2'] }],
      ]);
      expect(told).toEqual([{ kind: 'batch', mark: 'b1', ids: ['t-1'] }, { kind: 'batch', mark: 'b2', ids: ['t-4'] }]);
      expect(tasks.map((task) => task.ended?.heard)).toEqual([false, true, true, false]);
    }));

    it('should forget what was evicted, except for its id, and nothing that lives', laid(async (bed) => {
      const { tasks, told, evicted, lastN, lastOrder } = await after(bed, [
        [created(1), created(2, { parentIds: ['t-1'] }), created(3), ended(2), ended(1, { order: 3 })],
        [{ type: 'told', kind: 'batch', mark: 'b', ids: ['t-1', 't-2'] }],
        [{ type: 'evicted', ids: ['t-2', 't-3', 't-1'], at: 1 }],
      ]);
      expect(tasks.map(({ id }) => id)).toEqual(['t-3']);
      expect(evicted).toEqual([{ id: 't-2', parentIds: ['t-1'] }, { id: 't-1', parentIds: [] }]);
      expect([told, lastN, lastOrder]).toEqual([[], 3, 3]);
    }));

    it('should give back the latest of the ended, and count the others as evicted from then on', laid(async (bed) => {
      const eight = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [created(n), ended(n, { heard: n % 2 === 0, order: 9 - n })]);
      const kept = await after(bed, [eight, [{ type: 'told', kind: 'call', mark: 'c', ids: ['t-1', 't-7'] }]],
        { holder: 'few', heard: 2, unheard: 3, evicted: 2 });
      expect(kept.tasks.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
      expect(kept.told).toEqual([{ kind: 'call', mark: 'c', ids: ['t-1'] }]);
      expect(kept.evicted.map(({ id }) => id)).toEqual(['t-7', 't-6']);
      const more = await reopened(bed);
      expect(more.tasks.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
      expect(more.evicted.map(({ id }) => id)).toEqual(['t-8', 't-7', 't-6']);
    }));

    it('should keep what names a task and what it belongs to, and the scopes above it as they are', laid(async (bed) => {
      const options = { key: 'a "key"\0', meta: { trace: 'abc', '': '\ud800' } };
      const { tasks, evicted } = await after(bed, [
        [created(1, { options, parentIds: ['scope:chat%2F1/fan', 'scope:chat%2F1'] }), created(2, { parentIds: ['t-1', 'scope:t-0/x'] })],
        [ended(2), { type: 'evicted', ids: ['t-2'], at: 1 }],
      ]);
      expect(tasks).toMatchObject([{ options, parentIds: ['scope:chat%2F1/fan', 'scope:chat%2F1'] }]);
      expect(evicted).toEqual([{ id: 't-2', parentIds: ['t-1', 'scope:t-0/x'] }]);
    }));

    it('should let tasks leave a scope that was closed, and those below it, and no other', laid(async (bed) => {
      const { tasks, told } = await after(bed, [
        [
          { type: 'told', kind: 'batch', mark: 'b', ids: ['t-1', 't-3'] },
          created(1, { parentIds: ['scope:a/b', 'scope:a'] }), created(2, { parentIds: ['t-1', 'scope:a/b', 'scope:a'] }),
          created(3, { parentIds: ['scope:a'] }), created(4, { parentIds: ['scope:ab', 'scope:c'] }), ended(1), ended(2),
        ],
        [{ type: 'closed', scope: 'scope:a', ids: ['t-1', 't-2', 't-4', 'never-was'] }, { type: 'closed', scope: 'scope:c', ids: ['t-4'] }],
      ]);
      expect(tasks.map(({ parentIds }) => parentIds)).toEqual([[], ['t-1'], ['scope:a'], ['scope:ab']]);
      expect(told).toEqual([{ kind: 'batch', mark: 'b', ids: ['t-3'] }]);
    }));

    it('should know whether the session holds back what waits, as it was said last', laid(async (bed) => {
      expect((await after(bed, [[{ type: 'paused', paused: true }]])).paused).toBe(true);
      expect((await reopened(bed)).paused).toBe(true);
      expect((await after(bed, [[{ type: 'paused', paused: false }]])).paused ?? false).toBe(false);
    }));

    it('should know what was spent in each place, as it was said last, until that is closed', laid(async (bed) => {
      const spent = (place: string, inputTokens: number): Fact => ({ type: 'spent', place, usage: { inputTokens, outputTokens: 1 } });
      const { spent: kept } = await after(bed, [
        [spent('', 1), spent('scope:a', 2), spent('scope:a/b', 3), spent('scope:ab', 4)],
        [spent('scope:a', 5), spent('__proto__', 6)], [spent('', 7)],
      ]);
      expect(kept?.map(({ place, usage }) => [place, usage.inputTokens])).toEqual([
        ['scope:a/b', 3], ['scope:ab', 4], ['scope:a', 5], ['__proto__', 6], ['', 7],
      ]);
      const { spent: left } = await after(bed, [[{ type: 'closed', scope: 'scope:a', ids: [] }]]);
      expect(left?.map(({ place }) => place)).toEqual(['scope:ab', '__proto__', '']);
    }));

    it('should keep what was printed, the last lines of it, until the end says what is left', laid(async (bed) => {
      const usage = { inputTokens: 1, outputTokens: 2 };
      const store = bed.next();
      await store.open(ALL);
      await store.commit([created(1), created(2)]);
      store.print('t-1', pageOf(0, 4, 5));
      store.print('t-1', { ...pageOf(4, 3, 5), usage });
      store.print('t-2', pageOf(0, 2));
      store.print('never-was', pageOf(0, 2));
      await store.commit([ended(2, { log: logOf(1) })]);
      store.print('t-2', pageOf(2, 2));
      await store.close();
      store.print('t-1', pageOf(7, 1));
      const { tasks } = await reopened(bed);
      expect(tasks[0]).toMatchObject({ log: { count: 7 }, activeAt: 5_007, usage });
      expect(tasks[0]!.log.lines.map(([text]) => text)).toEqual([2, 3, 4, 5, 6].map((at) => `line ${at}`));
      expect(tasks[1]!.log).toEqual(logOf(1));
    }));

    it('should go on with the lines of the life before', laid(async (bed) => {
      for (const first of [0, 3, 6]) {
        const store = bed.next();
        await store.open(ALL);
        if (first === 0) await store.commit([created(1)]);
        store.print('t-1', pageOf(first, 3, 7));
        await store.close();
      }
      const { log } = (await reopened(bed)).tasks[0]!;
      expect([log.count, log.lines.length, log.lines[0]![0], log.lines.at(-1)![0]]).toEqual([9, 7, 'line 2', 'line 8']);
    }));

    it('should give every text back as it was', laid(async (bed) => {
      const texts = ['', 'a\0b', '\0', '\ud800', 'x\udc00', '🙂', '\u2028"\\\n', 'ÿ'.repeat(1_000_000)];
      const { tasks } = await after(bed, texts.map((text, at) => [
        created(at + 1, { id: `${at}${text.slice(0, 9)}`, agent: text.slice(0, 9), brief: { goal: text, [text.slice(0, 9)]: [text] } }),
        { type: 'saved', id: `${at}${text.slice(0, 9)}`, checkpoint: text },
        { type: 'steered', taskId: `${at}${text.slice(0, 9)}`, id: text.slice(0, 9), state: 'queued', text },
      ]));
      for (const [at, text] of texts.entries()) {
        const { id, agent, brief, saved, letters } = tasks[at]!;
        expect(id === `${at}${text.slice(0, 9)}` && agent === text.slice(0, 9) && brief['goal'] === text && saved === text
          && canonical(brief[text.slice(0, 9)]) === canonical([text]) && letters[0]!.text === (text)).toBe(true);
      }
    }));

    it('should keep all of a group or nothing of it', laid(async (bed) => {
      const store = bed.next();
      await store.open(ALL);
      await store.commit([created(1)]);
      const twice = [created(2), letter(1, 's1', 'queued'), created(1)];
      expect(await rejection((async () => { await store.commit(twice); })())).toBeInstanceOf(Error);
      await store.commit([created(3)]);
      await store.close();
      const { tasks } = await reopened(bed);
      expect(tasks.map(({ id, letters }) => [id, letters.length])).toEqual([['t-1', 0], ['t-3', 0]]);
    }));

    it('should have one owner, and say who that is', laid(async (bed) => {
      const first = bed.next();
      const second = bed.next();
      await first.open({ ...ALL, holder: 'the first' });
      expect(await rejection((async () => { await second.open(ALL); })())).toMatchObject({
        code: 'store_busy', message: expect.stringMatching(/the first.* since 20\d\d-/),
      });
      await first.commit([created(1)]);
      await first.close();
      expect(await second.open(ALL)).toMatchObject({ epoch: 2, tasks: [{ id: 't-1' }] });
      await second.close();
    }));

    it('should keep nothing once it is closed, and take a second close for nothing', laid(async (bed) => {
      const store = bed.next();
      expect(await rejection((async () => { await store.commit([created(1)]); })())).toMatchObject({ code: 'store_lost' });
      await store.close();
      await store.open(ALL);
      await store.close();
      await store.close();
      expect(await rejection((async () => { await store.commit([created(1)]); })())).toMatchObject({ code: 'store_lost' });
      expect((await reopened(bed)).tasks).toEqual([]);
    }));

    it('should show itself to who only looks, while it is owned and afterwards', laid(async (bed) => {
      const store = bed.next();
      await store.open({ ...ALL, holder: 'the owner' });
      await store.commit([created(1), created(2), created(3, { startedAt: undefined }), ended(1), ended(2, { heard: true })]);
      const view = await bed.next().view();
      expect(view.owner()).toMatchObject({ holder: expect.stringContaining('the owner'), isAlive: true });
      expect(view.list().map(({ id, status, heard }) => [id, status, heard])).toEqual([
        ['t-3', 'queued', undefined], ['t-2', 'completed', true], ['t-1', 'completed', false],
      ]);
      expect(view.list({ limit: 1 })).toEqual([{
        id: 't-3', n: 3, agent: 'worker', parentIds: [], state: 'queued', createdAt: 1_003, attempt: 1, goal: 'goal 3', status: 'queued',
      }]);
      expect(view.list({ unheard: true }).map(({ id }) => id)).toEqual(['t-1']);
      expect([view.count(), view.find('t-0'), view.find('t-2')?.ended?.ending]).toEqual([3, undefined, done]);
      await store.close();
      expect([view.owner(), view.count()]).toEqual([undefined, 3]);
      view.close();
      view.close();
    }));

    it('should come to the same as its facts do in memory, over any number of lives', laid(async (bed) => {
      await fc.assert(fc.asyncProperty(anyHistory, anyOpening, async (history, last) => {
        const own = await make();
        try {
          expect(canonical(await playedOn(own.next.bind(own), history, last))).toBe(await inMemory(history, last));
        } finally {
          await own.end();
        }
      }), { numRuns: runs });
      await bed.end();
    }));

    it('should have every group that was kept, and nothing of any other, wherever its owner is killed', laid(async (bed) => {
      if (bed.crashed === undefined) return;
      await fc.assert(fc.asyncProperty(anyHistory, fc.nat(), async (history, where) => {
        const own = await make();
        try {
          const lived = history.filter(({ type }) => type === 'commit').slice(0, 1 + where % history.length);
          const store = own.next();
          await store.open(ALL);
          for (const step of lived) if (step.type === 'commit') await store.commit(step.facts);
          const next = await own.crashed!();
          expect(canonical({ ...await next.open(ALL), epoch: 0 })).toBe(await inMemory(lived, ALL, 0));
          await next.close();
          await store.close();
        } finally {
          await own.end();
        }
      }), { numRuns: Math.ceil(runs / 2) });
    }));
  });
}

/** What is there after a history, for who opens it then. */
async function playedOn(next: () => Store, history: readonly Step[], last: StoreOpening): Promise<Kept> {
  let store = next();
  await store.open(ALL);
  for (const step of history) {
    if (step.type === 'commit') await store.commit(step.facts);
    else if (step.type === 'print') store.print(step.id, step.page);
    else {
      await store.close();
      store = next();
      await store.open(step.by);
    }
  }
  await store.close();
  store = next();
  const kept = await store.open(last);
  await store.close();
  return kept;
}

async function inMemory(history: readonly Step[], last: StoreOpening, epoch?: number): Promise<string> {
  const memory = memoryStore();
  const kept = await playedOn(() => memory, history, last);
  return canonical(epoch === undefined ? kept : { ...kept, epoch });
}
