import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../src/stores/index.js';
import { sqlite, type SqliteOptions } from '../../../src/stores/sqlite/index.js';
import type { StoreBed } from './storeLaws.js';

/** A directory of its own for a test. */
export async function directory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'sidestream-store-'));
}

/** Copies a file of a store as it is on the disk at this moment; what only its owner's memory knows is not in it. */
export async function copyStore(from: string, to: string): Promise<void> {
  for (const end of ['', '-wal']) {
    await copyFile(from + end, to + end).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

/**
 * Stores in one file of a directory of their own.
 *
 * @param others - the options of every second store, where they are others: a file does not know how it was kept
 */
export async function fileBed(options: SqliteOptions = {}, others = options): Promise<StoreBed> {
  const where = await directory();
  const open = (path: string, how = options): Store => sqlite(path, { wait: 0, ...how });
  let crashes = 0;
  let stores = 0;
  return {
    next: () => open(join(where, 'tasks.db'), (stores += 1) % 2 === 1 ? options : others),
    crashed: async () => {
      const other = join(where, `crash-${crashes += 1}`);
      await mkdir(other);
      await copyStore(join(where, 'tasks.db'), join(other, 'tasks.db'));
      return open(join(other, 'tasks.db'));
    },
    end: () => rm(where, { recursive: true, force: true }),
  };
}
