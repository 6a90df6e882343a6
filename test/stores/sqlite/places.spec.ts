import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { caught, rejection } from '../../support/caught.js';
import { created, ended } from '../../support/stores/facts.js';
import { copyStore, directory } from '../../support/stores/fileBed.js';
import { openDatabase } from '../../support/stores/watched.js';

const BY = { holder: 'the spec', heard: 100, unheard: 100, evicted: 100 };
const openingOf = (path: string): Promise<unknown> => rejection((async () => { await sqlite(path).open(BY); })());

describe('where a file is', () => {
  let where: string;
  let file: string;

  beforeEach(async () => {
    where = await directory();
    file = join(where, 'tasks.db');
  });
  afterEach(() => rm(where, { recursive: true }));

  it('should be for nobody else to read, and be known by its whole path', async () => {
    const store = sqlite(relative(process.cwd(), file));
    expect(store.name).toBe(file);
    await store.open(BY);
    await store.commit([created(1)]);
    for (const end of ['', '-wal', '-owner']) expect((statSync(file + end).mode & 0o777).toString(8)).toBe('600');
    await store.close();
  });

  it('should be refused in a sentence where there can be no file', async () => {
    expect(await openingOf(where)).toMatchObject({
      code: 'store_unavailable', message: `${where} is a directory. Name a file for the store.`,
    });
    expect(await openingOf(join(where, 'not/there.db'))).toMatchObject({
      code: 'store_unavailable', message: `There is no directory ${join(where, 'not')} for the store. Create it.`,
    });
    expect(caught(() => sqlite(join(where, 'none.db')).view())).toMatchObject({
      code: 'store_unavailable', message: `There is no file ${join(where, 'none.db')} to read.`,
    });
  });

  it.each([
    [['', {}], 'Expected `file` to be the path of a file, or a database that is open'],
    [[7, {}], 'Expected `file` to be the path of a file'],
    [['x', { durability: 'some' }], "Expected `durability` to be 'process' or 'power', got \"some\"."],
    [['x', { archive: { count: -1 } }], 'Expected `archive.count` to be a whole number from 0'],
    [['x', { archives: {} }], 'Unknown field `archives` in the options of sqlite()'],
  ])('should be read with its options: %j', (given, sentence) => {
    expect(caught(() => sqlite(...given as Parameters<typeof sqlite>))).toMatchObject({
      code: 'invalid_argument', message: expect.stringContaining(sentence),
    });
  });

  it('should be missed while it is away, and go on when it is back', async () => {
    const store = sqlite(file);
    await store.open(BY);
    await store.commit([created(1)]);
    renameSync(file, `${file}-away`);
    expect(caught(() => store.commit([created(2)]))).toMatchObject({
      code: 'store_unavailable', message: `${file} is not there any more. Put it back where it was; until then nothing can be kept.`,
    });
    renameSync(`${file}-away`, file);
    await store.commit([created(2)]);
    await store.close();
    expect(await store.open(BY)).toMatchObject({ tasks: [{ id: 't-1' }, { id: 't-2' }] });
    await store.close();
  });

  it('should be lost where another file is in its place', async () => {
    const store = sqlite(file);
    await store.open(BY);
    await store.commit([created(1)]);
    await copyFile(file, `${file}-other`);
    renameSync(`${file}-other`, file);
    expect(caught(() => store.commit([created(2)]))).toMatchObject({
      code: 'store_lost', message: expect.stringContaining('is another file now'),
    });
    await store.close();
  });

  it('should have all that was kept where its log was removed', async () => {
    const store = sqlite(file);
    await store.open(BY);
    await store.commit([created(1)]);
    await rm(`${file}-wal`);
    expect(caught(() => store.commit([created(2)]))).toMatchObject({
      code: 'store_lost', message: `${file}-wal was removed while the store was open. All that was kept is in ${file}; open it anew.`,
    });
    await copyStore(file, join(where, 'copy.db'));
    await store.close();
    const next = sqlite(join(where, 'copy.db'));
    expect(await next.open(BY)).toMatchObject({ tasks: [{ id: 't-1' }] });
    await next.close();
  });

  it('should be memory where that is asked for, or a database that is open', async () => {
    for (const store of [sqlite(':memory:'), sqlite(':memory:', { durability: 'power' }), sqlite(openDatabase(':memory:'))]) {
      await store.open(BY);
      await store.commit([created(1)]);
      await store.close();
      expect(await store.open(BY)).toMatchObject({ epoch: 2, tasks: [{ id: 't-1' }] });
      expect((await store.view()).count()).toBe(1);
      await store.close();
    }
    const handle = openDatabase(file);
    const store = sqlite(handle);
    expect(store.name).toBe(file);
    await store.open(BY);
    expect(await rejection(sqlite(file, { wait: 0 }).open(BY) as Promise<unknown>)).toMatchObject({ code: 'store_busy' });
    await store.commit([created(1)]);
    await store.close();
    expect(handle.prepare('SELECT count(*) AS found FROM task').get()).toMatchObject({ found: 1 });
    handle.close();
    expect(caught(() => sqlite(openDatabase(':memory:'), { durability: 'power' }))).toMatchObject({
      code: 'invalid_argument', message: expect.stringContaining("to be a path with durability 'power'"),
    });
  });

  const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

  (canMount ? it : it.skip)('should be read where nothing can be written, its log included', async () => {
    const mount = join(where, 'mount');
    mkdirSync(mount);
    const store = sqlite(file);
    await store.open(BY);
    await store.commit([created(1), ended(1)]);
    const run = (...args: readonly string[]): string => spawnSync(args[0]!, args.slice(1), { encoding: 'utf8' }).stderr;
    const trouble = run('mount', '-t', 'tmpfs', 'none', mount);
    if (trouble !== '') {
      console.log(`Skipped: nothing can be mounted here. ${trouble}`);
      await store.close();
      return;
    }
    try {
      await copyStore(file, join(mount, 'tasks.db'));
      await store.close();
      run('mount', '-o', 'remount,ro', mount);
      const view = await sqlite(join(mount, 'tasks.db')).view();
      expect([view.count(), view.find('t-1')?.state, view.owner()?.isAlive]).toEqual([1, 'ended', false]);
      view.close();
      expect(await openingOf(join(mount, 'tasks.db'))).toMatchObject({ code: 'store_unavailable' });
      expect(await openingOf(join(mount, 'new.db'))).toMatchObject({
        code: 'store_unavailable', message: `${join(mount, 'new.db')} cannot be created (EROFS). See that its directory can be written.`,
      });
    } finally {
      run('umount', '-l', mount);
    }
  });

  (canMount ? it : it.skip)('should keep nothing of a group where the disk is full, and all of it when there is room', async () => {
    const mount = join(where, 'mount');
    mkdirSync(mount);
    const trouble = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'none', mount], { encoding: 'utf8' }).stderr;
    if (trouble !== '') {
      console.log(`Skipped: nothing can be mounted here. ${trouble}`);
      return;
    }
    try {
      const full = join(mount, 'tasks.db');
      const ballast = join(mount, 'ballast');
      const store = sqlite(full);
      await store.open(BY);
      writeFileSync(ballast, Buffer.alloc(600 * 1024));
      let n = 0;
      const next = (): Parameters<typeof store.commit>[0] => [created(n + 1, { brief: { goal: 'x'.repeat(9_000) } }), ended(n + 1)];
      const error = await rejection((async () => {
        for (;;) {
          await store.commit(next());
          n += 1;
        }
      })());
      expect(error).toMatchObject({
        code: 'store_unavailable', message: `Nothing can be kept in ${full} now: the disk is full: make room.`,
      });
      expect(caught(() => store.commit(next()))).toMatchObject({ code: 'store_unavailable' });
      await rm(ballast);
      await store.commit(next());
      await store.close();
      expect((await store.open(BY) as { lastN: number }).lastN).toBe(n + 1);
      await store.close();
    } finally {
      spawnSync('umount', ['-l', mount]);
    }
  });
});
