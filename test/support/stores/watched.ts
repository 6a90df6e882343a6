import { createRequire } from 'node:module';
import type { SqliteHandle, SqliteStatement } from '../../../src/stores/sqlite/index.js';

type Constructor = new (path: string) => SqliteHandle;

/** A database of libsql, which runs on every Node that this library does. */
export const openLibsql = (path: string): SqliteHandle => new (createRequire(import.meta.url)('libsql') as Constructor)(path);

/**
 * A database that tells of each statement before it runs and after it has: what throws there is thrown at whoever ran it. The database
 * itself is a real one.
 */
export function watched(handle: SqliteHandle, tell: (sql: string, when: 'before' | 'after') => void): SqliteHandle {
  const around = <T>(sql: string, run: () => T): T => {
    tell(sql, 'before');
    const answer = run();
    tell(sql, 'after');
    return answer;
  };
  return {
    exec: (sql) => around(sql, () => handle.exec(sql)),
    prepare: (sql) => {
      const statement: SqliteStatement = handle.prepare(sql);
      return {
        run: (...values) => around(sql, () => statement.run(...values)),
        get: (...values) => around(sql, () => statement.get(...values)),
        all: (...values) => around(sql, () => statement.all(...values)),
      };
    },
    close: () => handle.close(),
  };
}
