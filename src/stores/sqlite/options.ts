import { can, check, count, duration, readOptions, type Kind, type Option } from '../../core/check.js';
import type { SqliteHandle } from './file/handle.js';

/** How a store in a file of SQLite keeps what it is given. */
export interface SqliteOptions {
  /**
   * What a commit survives. `process`: the end of the process, however it comes; of what was kept in the last moments before a power cut
   * or a crash of the system some may be missing, and what is there is whole. `power`: those too. Then the file is kept in a thread of
   * its own, as each commit waits for the disk, and nothing else should.
   *
   * @defaultValue 'process'
   */
  readonly durability?: 'process' | 'power' | undefined;
  /** How long, in milliseconds, an opening waits for an owner that is about to end. @defaultValue 5 000 */
  readonly wait?: number | undefined;
  /** What is kept of the ended tasks that the session has let go of, for viewers. */
  readonly archive?: {
    /** How many. @defaultValue 10 000 */
    readonly count?: number | undefined;
    /** For how long, in milliseconds. @defaultValue 30 days */
    readonly age?: number | undefined;
    /** How large they are together, in bytes. @defaultValue 256 MiB */
    readonly bytes?: number | undefined;
  } | undefined;
}

export interface Settings {
  readonly durability: 'process' | 'power';
  readonly wait: number;
  readonly archive: { readonly count: number; readonly age: number; readonly bytes: number };
}

const DAY = 86_400_000;
const DURABILITY: Kind = [(value) => value === 'process' || value === 'power', "'process' or 'power'"];
const AN_ARCHIVE: Kind = [(value) => typeof value === 'object' && value !== null, 'an object'];
const AGE: Kind = [(value) => typeof value === 'number' && value >= 0, 'a number of milliseconds from 0, or Infinity'];
const A_FILE: Kind = [
  (value) => (typeof value === 'string' ? value.trim() !== '' && !value.includes('\0') : can(value, 'prepare', 'exec', 'close')),
  'the path of a file, or a database that is open (of node:sqlite, better-sqlite3 or libsql)',
];

/** Reads what `sqlite()` was given. */
export function readSettings(file: string | SqliteHandle, options: SqliteOptions): Settings {
  check('file', file, A_FILE);
  const { archive, ...rest } = readOptions('the options of sqlite()', options, {
    durability: ['process', DURABILITY], wait: [5_000, duration(0)], archive: [{}, AN_ARCHIVE],
  } satisfies Record<keyof SqliteOptions, Option>);
  return {
    ...rest as Pick<Settings, 'durability' | 'wait'>,
    archive: readOptions('archive', archive as NonNullable<SqliteOptions['archive']>, {
      count: [10_000, count(0)], age: [30 * DAY, AGE], bytes: [256 * 1024 * 1024, count(0)],
    }, 'archive.') as Settings['archive'],
  };
}
