/* `sidestream/sqlite`: a store in one file of SQLite. */
export { sqlite } from './sqlite.js';
export type { SqliteOptions } from './options.js';
export type { SqliteHandle, SqliteStatement } from './file/handle.js';
