import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../src/core/store.js';
import { loadDriver } from '../../../src/stores/sqlite/file/loadDriver.js';
import { sqlite, type SqliteHandle } from '../../../src/stores/sqlite/index.js';
import type { Medium } from './medium.js';

const FILE = 'tasks.db';

/**
 * A file of SQLite. A copy is what lies on the disk at that moment, also between the statements of a transaction: what is in memory only,
 * as the `-shm` is, a process that has ended leaves to nobody.
 */
export function sqliteMedium(folder = mkdtempSync(join(tmpdir(), 'sidestream-crash-'))): Medium {
  let handle: SqliteHandle | undefined;
  let store: Store | undefined;
  const medium: Medium = {
    step: undefined,
    get store() {
      return store ??= sqlite(watched(handle = loadDriver().open(join(folder, FILE)), (sql) => medium.step?.(sql)));
    },
    copy: () => {
      const to = mkdtempSync(join(tmpdir(), 'sidestream-crash-'));
      for (const name of readdirSync(folder)) if (!name.endsWith('-shm')) copyFileSync(join(folder, name), join(to, name));
      return sqliteMedium(to);
    },
    remove: () => {
      try {
        handle?.close();
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
  return medium;
}

/** The same database; before each statement that writes somebody is told. */
function watched(handle: SqliteHandle, step: (sql: string) => void): SqliteHandle {
  const isWrite = (sql: string): boolean => !/^\s*(select|pragma \w+\s*$)/i.test(sql);
  return new Proxy(handle, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const [sql] = args as [string];
        if (key === 'exec' && isWrite(sql)) step(`before ${sql.slice(0, 30)}`);
        const answer: unknown = Reflect.apply(value, target, args);
        if (key !== 'prepare' || !isWrite(sql)) return answer;
        return watchedStatement(answer as object, () => { step(`before ${sql.slice(0, 30)}`); });
      };
    },
  });
}

const watchedStatement = (statement: object, step: () => void): object => new Proxy(statement, {
  get: (target, key) => {
    const value: unknown = Reflect.get(target, key, target);
    if (typeof value !== 'function') return value;
    return (...args: unknown[]): unknown => {
      if (key === 'run') step();
      return Reflect.apply(value, target, args) as unknown;
    };
  },
});
