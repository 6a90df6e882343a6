import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../../src/stores/index.js';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { caught } from '../../support/caught.js';
import { created, ended, logOf, pageOf } from '../../support/stores/facts.js';
import { directory } from '../../support/stores/fileBed.js';
import { openDatabase, watched } from '../../support/stores/watched.js';
import { until } from '../../support/until.js';

const BY = { holder: 'the spec', heard: 100, unheard: 100, evicted: 100_000 };

describe('how a file is kept', () => {
  let where: string;
  let file: string;

  beforeEach(async () => {
    where = await directory();
    file = join(where, 'tasks.db');
  });
  afterEach(() => rm(where, { recursive: true }));

  const numberIn = (table: string): number => {
    const db = openDatabase(file);
    const { found } = db.prepare(`SELECT count(*) AS found FROM ${table}`).get() as { found: number };
    db.close();
    return found;
  };

  it('should have what was printed within 50 ms, in one row of a task, or at once where it is long', async () => {
    const store = sqlite(file);
    await store.open(BY);
    await store.commit([created(1), created(2)]);
    for (let at = 0; at < 20; at += 1) store.print('t-1', pageOf(at, 1));
    expect(numberIn('page')).toBe(0);
    await until(() => numberIn('page') === 1);
    store.print('t-2', { ...pageOf(0, 1), lines: [['x'.repeat(64 * 1024), 1]] });
    expect(numberIn('page')).toBe(2);
    store.print('t-1', pageOf(20, 1));
    await store.commit([{ type: 'saved', id: 't-1', checkpoint: 1 }]);
    expect(numberIn('page')).toBe(3);
    for (let at = 21; at < 400; at += 40) {
      store.print('t-1', pageOf(at, 40, 100));
      await store.commit([{ type: 'saved', id: 't-1', checkpoint: at }]);
    }
    expect(numberIn('page')).toBeLessThanOrEqual(5);
    await store.commit([ended(1), ended(2)]);
    expect(numberIn('page')).toBe(0);
    await store.close();
  });

  it.each([
    ['was done', 'after'], ['was not done', 'before'],
  ] as const)('should keep a group once where a commit failed that %s', async (_what, when) => {
    let fails = false;
    let isDeaf = false;
    const handle = openDatabase(file);
    const store = sqlite(watched(handle, (sql, at) => {
      if (isDeaf || (fails && sql === 'COMMIT' && at === when)) {
        isDeaf = true;
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
      }
    }));
    await store.open(BY);
    await store.commit([created(1)]);
    fails = true;
    const group = [created(2), { type: 'steered', taskId: 't-2', id: 's1', state: 'queued', text: 'hello' } as const];
    expect(caught(() => store.commit(group))).toMatchObject({
      code: 'store_unavailable',
      message: `Nothing can be kept in ${file} now: the disk did not do what was asked (an I/O error, or a limit on the size of files).`,
    });
    [fails, isDeaf] = [false, false];
    if (when === 'before') handle.exec('ROLLBACK');
    await store.commit([...group, created(3)]);
    await store.close();
    expect(await store.open(BY)).toMatchObject({ tasks: [{ id: 't-1' }, { id: 't-2', letters: [{ id: 's1' }] }, { id: 't-3' }] });
    await store.close();
    handle.close();
  });

  it('should take a commit that failed and is there for done, where it can ask at once', async () => {
    let fails = false;
    const handle = openDatabase(file);
    const store = sqlite(watched(handle, (sql, at) => {
      if (fails && sql === 'COMMIT' && at === 'after') throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
    }));
    await store.open(BY);
    fails = true;
    await store.commit([created(1)]);
    fails = false;
    await store.commit([created(2)]);
    await store.close();
    handle.close();
  });

  async function filled(store: Store, count: number, size = 100): Promise<void> {
    await store.open(BY);
    for (let n = 1; n <= count; n += 1) {
      await store.commit([created(n), ended(n, { heard: true, log: logOf(1, size) })]);
      await store.commit([{ type: 'evicted', ids: [`t-${n}`], at: Date.now() }]);
    }
  }

  it.each([
    ['count', { count: 20 }, 20], ['bytes', { bytes: 40_000 }, 40], ['age', { age: 0 }, 0],
  ] as const)('should let the oldest of its archive go when there is time, by its %s', async (_what, archive, left) => {
    const store = sqlite(file, { archive });
    await filled(store, 90, 1_000);
    const view = await store.view();
    await until(() => view.count() <= left);
    if (left > 0) {
      expect(view.list()[0]).toMatchObject({ id: 't-90', evicted: true });
      expect(view.find('t-90')?.log.lines).toHaveLength(1);
    }
    expect(view.find('t-1')).toBeUndefined();
    view.close();
    await store.close();
    expect((await store.open(BY)).evicted).toHaveLength(90);
    await store.close();
  });

  it('should let go of thousands that are beyond what is given back when there is time', async () => {
    const first = sqlite(file);
    await first.open({ ...BY, heard: Infinity });
    for (let from = 1; from <= 1_500; from += 100) {
      await first.commit(Array.from({ length: 100 }, (_, at) => [created(from + at), ended(from + at, { heard: true })]).flat());
    }
    await first.close();
    const store = sqlite(file);
    const kept = await store.open({ ...BY, heard: 100, evicted: 50 });
    expect([kept.tasks.length, kept.tasks[0]?.id]).toEqual([100, 't-1401']);
    expect(kept.evicted.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, at) => `t-${1_351 + at}`));
    const view = await store.view();
    await until(() => view.list().filter(({ evicted }) => evicted === true).length === 1_400);
    await sleep(60);
    expect(view.list().filter(({ evicted }) => evicted === true)).toHaveLength(1_400);
    view.close();
    await store.close();
    expect((await store.open({ ...BY, heard: Infinity })).tasks).toHaveLength(100);
    await store.close();
  });
});
