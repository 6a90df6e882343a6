import process from 'node:process';
import { textIn, type Database, type Row } from './database.js';
import { isBusy } from './troubleOf.js';

/**
 * The lock by which one process owns a file: on a database of its own beside it, held as long as the connection is there, and given up by
 * the system however the process ends. So there is no clock in it, and readers of the file are not in its way.
 *
 * It also remembers which file it stands beside, so that a file which was emptied, or changed for another, is no new one.
 */
export const lockOf = (path: string): string => `${path}-owner`;

/** Takes it, unless somebody else has it. */
export function takeLock(db: Database, path: string): boolean {
  try {
    db.exec(`ATTACH '${lockOf(path).replaceAll("'", "''")}' AS own`);
    db.exec('PRAGMA own.locking_mode = EXCLUSIVE; PRAGMA own.synchronous = OFF');
    db.exec('CREATE TABLE IF NOT EXISTS own.owner(one INTEGER PRIMARY KEY, pid INTEGER, file TEXT)');
    db.exec(`INSERT INTO own.owner(one, pid) VALUES(1, ${process.pid}) ON CONFLICT(one) DO UPDATE SET pid = excluded.pid`);
    return true;
  } catch (error) {
    giveLock(db);
    if (isBusy(error)) return false;
    throw error;
  }
}

/** Which file the lock was beside when it was last taken. */
export const lockedFile = (db: Database): string =>
  textIn((db.handle.prepare('SELECT CAST(file AS BLOB) AS file FROM own.owner').get() as Row | undefined)?.file);

export function rememberFile(db: Database, file: string): void {
  db.exec(`UPDATE own.owner SET file = '${file.replaceAll("'", "''")}'`);
}

/** Gives it up. Closing the connection is not enough: libsql keeps it until it is collected. */
export function giveLock(db: Database): void {
  try {
    db.exec('DETACH own');
  } catch { /* It was not attached. */ }
}

/** Whether somebody has it: asked without taking it, by reading what cannot be read then. */
export function isLocked(db: Database): boolean {
  try {
    db.handle.prepare('SELECT count(*) FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  }
}
