import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { caught, rejection } from '../../support/caught.js';
import { created } from '../../support/stores/facts.js';
import { directory } from '../../support/stores/fileBed.js';
import { startOwner, type Owner } from '../../support/stores/startOwner.js';
import { until } from '../../support/until.js';

const BY = { holder: 'the spec', heard: 10, unheard: 10, evicted: 10 };

describe('who owns a file', () => {
  let where: string;
  let file: string;
  let owner: Owner | undefined;
  const start = async (...args: readonly string[]): Promise<Owner> => (owner = await startOwner(file, ...args));

  beforeEach(async () => {
    where = await directory();
    file = join(where, 'tasks.db');
  });
  afterEach(async () => {
    owner?.signal('SIGKILL');
    await owner?.ended;
    owner = undefined;
    await rm(where, { recursive: true });
  });

  it('should be told, with its process and since when, to who comes second', async () => {
    await start();
    const error = await rejection(sqlite(file, { wait: 50 }).open(BY) as Promise<unknown>);
    expect(error).toMatchObject({
      code: 'store_busy', message: expect.stringMatching(/is owned by the owner process \(process \d+\) since 20\d\d-.*Wait for its end/),
    });
  });

  it('should be the same by whatever link the file is found', async () => {
    await start();
    await symlink(file, join(where, 'link.db'));
    await symlink(where, `${where}-link`);
    for (const way of [join(where, 'link.db'), join(`${where}-link`, 'tasks.db')]) {
      expect(await rejection(sqlite(way, { wait: 50 }).open(BY) as Promise<unknown>)).toMatchObject({ code: 'store_busy' });
    }
    await rm(`${where}-link`);
  });

  it('should take over from one that was killed, with all that it had kept', async () => {
    const { kept, signal, ended } = await start();
    signal('SIGKILL');
    const begin = performance.now();
    const store = sqlite(file);
    const { tasks, epoch } = await store.open(BY);
    expect(performance.now() - begin).toBeLessThan(5_000);
    await ended;
    expect(epoch).toBe(2);
    expect(tasks.length).toBeGreaterThanOrEqual(kept());
    await store.close();
  });

  it('should wait for one that is about to end', async () => {
    await start('300');
    const store = sqlite(file);
    const { epoch } = await store.open(BY);
    expect(epoch).toBe(2);
    await store.close();
  });

  it('should stay with one that is stopped, as it lives', async () => {
    const { kept, signal } = await start();
    signal('SIGSTOP');
    expect(await rejection(sqlite(file, { wait: 100 }).open(BY) as Promise<unknown>)).toMatchObject({ code: 'store_busy' });
    signal('SIGCONT');
    const before = kept();
    await until(() => kept() > before + 5);
  });

  it('should pass on where the lock was lost, and let the one before keep nothing more', async () => {
    const { said, kept, ended } = await start();
    await rm(`${file}-owner`);
    const store = sqlite(file);
    const { epoch, tasks } = await store.open(BY);
    expect(epoch).toBe(2);
    await ended;
    expect(said().at(-1)).toBe('store_lost');
    expect(tasks.length).toBeGreaterThanOrEqual(kept());
    await store.commit([created(100_000)]);
    await store.close();
  });

  it('should be seen by who only looks, also when it was killed', async () => {
    const { signal, ended } = await start();
    const view = await sqlite(file).view();
    const before = view.count();
    expect(view.owner()).toMatchObject({ holder: expect.stringMatching(/^the owner process \(process \d+\)$/), isAlive: true });
    await until(() => view.count() > before);
    signal('SIGKILL');
    await ended;
    expect(view.owner()).toMatchObject({ isAlive: false });
    view.close();
  });

  it('should have one owner where several come at once', async () => {
    const stores = Array.from({ length: 4 }, () => sqlite(file, { wait: 0 }));
    const opened = await Promise.allSettled(stores.map(async (store) => store.open(BY)));
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    for (const each of opened) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'store_busy' });
    for (const store of stores) await store.close();
  });

  it('should keep nothing in another process than the one that opened it', async () => {
    const store = sqlite(file);
    await store.open(BY);
    const { pid } = process;
    try {
      Object.defineProperty(process, 'pid', { value: pid + 1, configurable: true });
      expect(caught(() => store.commit([created(1)]))).toMatchObject({
        code: 'store_lost', message: `${file} was opened by process ${pid}, and this is ${pid + 1}. Open it here with sqlite().`,
      });
    } finally {
      Object.defineProperty(process, 'pid', { value: pid, configurable: true });
    }
    await store.commit([created(1)]);
    await store.close();
  });
});
