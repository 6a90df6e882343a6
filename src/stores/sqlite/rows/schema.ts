import { randomUUID } from 'node:crypto';
import { StoreDamagedError, StoreNewerError } from '../../../core/storeErrors.js';
import type { Database } from '../file/database.js';
import { NEW_LEDGER, readLedger, writeLedger } from './ledger.js';
import { seal } from './seal.js';

/** Says in the header of a file that it is one of these: "side". */
export const APPLICATION = 0x73696465;

/**
 * What each version adds to the one before, in one transaction each. The columns of `task` are for finding; what they say is said in its
 * text too, which has a sum. `body` has the rest of a task in up to four parts, at `4 n + part`; no list reads it.
 */
const VERSIONS: readonly ((db: Database) => void)[] = [
  (db) => {
    db.exec(`
      CREATE TABLE ledger(one INTEGER PRIMARY KEY, text TEXT NOT NULL);
      CREATE TABLE task(
        n INTEGER PRIMARY KEY, id TEXT NOT NULL, state INTEGER NOT NULL, heard INTEGER NOT NULL, ord INTEGER NOT NULL, gone INTEGER,
        text TEXT NOT NULL
      );
      CREATE UNIQUE INDEX task_id ON task(id);
      CREATE INDEX task_live ON task(n) WHERE state < 2;
      CREATE INDEX task_unheard ON task(ord) WHERE state = 2 AND heard = 0 AND gone IS NULL;
      CREATE INDEX task_heard ON task(ord) WHERE state = 2 AND heard = 1 AND gone IS NULL;
      CREATE INDEX task_gone ON task(gone) WHERE gone IS NOT NULL;
      CREATE TABLE body(key INTEGER PRIMARY KEY, text TEXT NOT NULL);
      CREATE TABLE page(p INTEGER PRIMARY KEY, n INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL);
      CREATE INDEX page_n ON page(n);
      CREATE TABLE told(t INTEGER PRIMARY KEY, text TEXT NOT NULL);
      CREATE TABLE gone(g INTEGER PRIMARY KEY, id TEXT NOT NULL, text TEXT NOT NULL);
      CREATE UNIQUE INDEX gone_id ON gone(id);
      PRAGMA application_id = ${APPLICATION};
    `);
    db.run('INSERT INTO ledger(one, text) VALUES(1, ?)', seal({ ...NEW_LEDGER, file: randomUUID() }));
  },
  // Scopes among the ids above a task, keys, pauses, and what was spent.
  (db) => {
    db.exec('CREATE TABLE spent(s INTEGER PRIMARY KEY, place TEXT NOT NULL, text TEXT NOT NULL)');
    db.exec('CREATE UNIQUE INDEX spent_place ON spent(place)');
    writeLedger(db, { ...NEW_LEDGER, ...readLedger(db) });
  },
];

/** The version that is written here. */
export const VERSION = VERSIONS.length;

/** Refuses what was written by a later version, or by something else. */
export function checkVersion(name: string, version: number, application: number, isEmpty: boolean): void {
  if (isEmpty) return;
  if (application !== APPLICATION) {
    throw new StoreDamagedError(`${name} is a database of something else than sidestream. Nothing of it was changed; name another file.`);
  }
  if (version > VERSION) {
    throw new StoreNewerError(
      `${name} was written by a later version of sidestream (its format is ${version}, here ${VERSION} is the last that is known). `
      + 'Nothing of it was changed; install the latest version.',
    );
  }
}

/** Whether nothing was ever made in it. */
export const isNewSchema = (db: Database): boolean =>
  db.pragma('user_version') === 0 && db.get('SELECT 1 FROM sqlite_master LIMIT 1') === undefined;

/** Refuses a database that is open and not to be read here. */
export const checkSchema = (db: Database, name: string): void => checkVersion(
  name, Number(db.pragma('user_version')), Number(db.pragma('application_id')),
  isNewSchema(db),
);

/** Brings a file to the version of here, one version at a time; where that is cut short it goes on the next time. */
export function migrate(db: Database): void {
  for (let version = Number(db.pragma('user_version')); version < VERSION; version = Number(db.pragma('user_version'))) {
    const next = version + 1;
    db.write(() => {
      VERSIONS[version]!(db);
      db.exec(`PRAGMA user_version = ${next}`);
    });
  }
}
