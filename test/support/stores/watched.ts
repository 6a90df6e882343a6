import { loadDriver } from '../../../src/stores/sqlite/file/loadDriver.js';
import type { SqliteHandle, SqliteStatement } from '../../../src/stores/sqlite/index.js';

/** A database by the driver that stores have here: two of them on one file give up each other's locks. */
export const openDatabase = (path: string): SqliteHandle => loadDriver().open(path);

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
