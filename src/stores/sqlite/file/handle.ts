/** What is needed of a database that is open: `DatabaseSync` of node:sqlite, and the `Database` of better-sqlite3 and of libsql have it. */
export interface SqliteHandle {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

/** A statement of such a database. */
export interface SqliteStatement {
  run(...values: never[]): unknown;
  get(...values: never[]): unknown;
  all(...values: never[]): unknown[];
}
