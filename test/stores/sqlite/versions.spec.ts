import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { caught, rejection } from '../../support/caught.js';
import { created } from '../../support/stores/facts.js';
import { copyStore, directory } from '../../support/stores/fileBed.js';
import { openDatabase, watched } from '../../support/stores/watched.js';

const BY = { holder: 'the spec', heard: 100, unheard: 100, evicted: 100 };

describe('the version of a file', () => {
  let where: string;
  let file: string;

  beforeEach(async () => {
    where = await directory();
    file = join(where, 'tasks.db');
  });
  afterEach(() => rm(where, { recursive: true }));

  it.each(['closed', 'killed'])('should be refused where it is a later one, unread and unchanged: %s', async (how) => {
    const store = sqlite(join(where, 'first.db'));
    await store.open(BY);
    await store.commit([created(1)]);
    await store.close();
    const db = openDatabase(join(where, 'first.db'));
    db.exec('PRAGMA user_version = 99; CREATE TABLE later(x)');
    if (how === 'closed') db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    await copyStore(join(where, 'first.db'), file);
    db.close();
    const before = [readFileSync(file), existsSync(`${file}-wal`) && readFileSync(`${file}-wal`)];
    const refusal = {
      code: 'store_newer',
      message: `${file} was written by a later version of sidestream (its format is 99, here 2 is the last that is known). `
        + 'Nothing of it was changed; install the latest version.',
    };
    expect(caught(() => sqlite(file).view())).toMatchObject(refusal);
    expect(await rejection(sqlite(file).open(BY) as Promise<unknown>)).toMatchObject(refusal);
    if (how === 'closed') {
      expect([readFileSync(file), existsSync(`${file}-wal`) && readFileSync(`${file}-wal`)]).toEqual(before);
      expect(readdirSync(where).filter((name) => name.startsWith('tasks.db-owner'))).toEqual([]);
    }
  });

  it('should be no matter of a database of something else, which is left alone', async () => {
    const db = openDatabase(file);
    db.exec('CREATE TABLE own(x); INSERT INTO own VALUES(1)');
    db.close();
    const before = readFileSync(file);
    expect(await rejection(sqlite(file).open(BY) as Promise<unknown>)).toMatchObject({
      code: 'store_damaged',
      message: `${file} is a database of something else than sidestream. Nothing of it was changed; name another file.`,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-owner`)).toBe(false);
  });

  it('should be that of here for a file of version 1, with all that was in it', async () => {
    const old = openDatabase(file);
    old.exec(readFileSync(new URL('../../support/stores/version1.sql', import.meta.url), 'utf8'));
    old.close();
    const view = sqlite(file).view();
    expect((await view).list().map(({ id, status }) => `${id} ${status}`)).toEqual([
      't-5 completed', 't-4 completed', 't-3 queued', 't-2 running', 't-1 running',
    ]);
    (await view).close();
    const store = sqlite(file);
    expect(await store.open(BY)).toMatchObject({
      epoch: 2, seed: 7, lastN: 5, lastOrder: 2, told: [{ mark: 'b', ids: ['t-5'] }], evicted: [{ id: 't-4', parentIds: [] }],
      tasks: [
        { id: 't-1', state: 'running', saved: { at: 1 }, letters: [{ id: 's1', state: 'queued' }] },
        { id: 't-2', parentIds: ['t-1'], log: { count: 3 } }, { id: 't-3', state: 'queued' },
        { id: 't-5', usage: { inputTokens: 3 }, ended: { heard: false } },
      ],
    });
    await store.commit([{ type: 'paused', paused: true }, { type: 'spent', place: '', usage: { inputTokens: 1, outputTokens: 2 } }]);
    await store.close();
    const next = sqlite(file);
    expect(await next.open(BY)).toMatchObject({ epoch: 3, paused: true, spent: [{ place: '', usage: { outputTokens: 2 } }] });
    await next.close();
    const db = openDatabase(file);
    expect(Object.values(db.prepare('PRAGMA user_version').get() as object)[0]).toBe(2);
    db.close();
  });

  it('should be reached wherever the first opening was cut short', async () => {
    let point = 0;
    const points: number[] = [];
    const snapshot = async (): Promise<void> => {
      await mkdir(join(where, `${point}`));
      await copyStore(file, join(where, `${point}`, 'tasks.db'));
    };
    // What is on the disk before and after each statement of the first opening is what its end at that point would leave.
    const statements: string[] = [];
    const cut = sqlite(watched(openDatabase(file), (sql) => { statements.push(sql); }));
    await cut.open(BY);
    await cut.close();
    const length = statements.length;
    expect(length).toBeGreaterThan(40);
    for (point = 1; point <= length; point += 1) {
      for (const end of ['', '-wal', '-shm', '-owner']) await rm(file + end, { force: true });
      let told = 0;
      const handle = openDatabase(file);
      const cutAt = watched(handle, () => {
        told += 1;
        if (told === point) throw new Error('cut short');
      });
      await rejection((async () => {
        const store = sqlite(cutAt);
        await store.open(BY);
        await store.close();
        throw new Error('It was closed, where the errors of its last statements are nobody\'s.');
      })());
      await snapshot();
      handle.close();
      const next = sqlite(join(where, `${point}`, 'tasks.db'));
      const { tasks } = await next.open(BY);
      await next.commit([created(1)]);
      await next.close();
      points.push(tasks.length);
    }
    expect(points).toEqual(points.map(() => 0));
  });
});
