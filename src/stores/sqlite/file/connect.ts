import { copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreDamagedError, StoreUnavailableError } from '../../../core/storeErrors.js';
import { checkVersion } from '../rows/schema.js';
import { connected, isConnected } from './connections.js';
import { Database, textIn } from './database.js';
import type { SqliteHandle } from './handle.js';
import { driverOfHandle, loadDriver, type Driver } from './loadDriver.js';
import { lockOf } from './lock.js';
import { checkPlace, createFile, hasLog, identityOf, readHeader } from './place.js';
import { codeOf } from './troubleOf.js';

/** A file, or the memory of a database that is none. */
export interface Place {
  readonly name: string;
  readonly path: string | undefined;
  readonly handle: SqliteHandle | undefined;
}

/** A place with a connection to it. */
export interface Connection extends Place {
  readonly db: Database;
  /** Whether there was a file before. */
  readonly wasThere: boolean;
  /** Gives the connection up; one that was given from outside stays open. */
  end(): void;
}

const MEMORY = ':memory:';

export function placeOf(file: string | SqliteHandle): Place {
  if (typeof file !== 'string') {
    const path = textIn(new Database(file).get("SELECT CAST(file AS BLOB) AS file FROM pragma_database_list WHERE name = 'main'")?.file);
    return { name: path || 'the database in memory', path: path === '' ? undefined : realOf(path), handle: file };
  }
  return file === MEMORY ? { name: 'the database in memory', path: undefined, handle: loadDriver().open(MEMORY) }
    : { name: resolve(file), path: realOf(resolve(file)), handle: undefined };
}

/** Whatever link leads to a file, it has one lock. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is not there yet.
    return existsSync(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path;
  }
}

/** Opens it for writing; it was prepared before, in the thread in which all else of this process that knows the file is known. */
export function connect(place: Place, wasThere: boolean): Connection {
  const { path, handle } = place;
  const db = new Database(handle ?? loadDriver().open(path!));
  const end = (): void => {
    if (handle === undefined) db.close();
  };
  try {
    db.exec('PRAGMA busy_timeout = 50');
  } catch (error) {
    end();
    throw error;
  }
  return { ...place, db, wasThere, end };
}

/** A file that can be connected to, and whether it was there before. */
export interface Prepared {
  readonly wasThere: boolean;
  /** To be called when the connection has ended. */
  release(): void;
}

/** Refuses what is no store of here before SQLite touches it, and makes what is not there. */
export function prepare({ path }: Place): Prepared {
  if (path === undefined) return { wasThere: false, release: () => undefined };
  checkPlace(path);
  const wasThere = identityOf(path) !== undefined;
  if (!isConnected(path)) {
    if (!checkHeader(path) && hasLog(path)) {
      throw new StoreDamagedError(
        `${path} ${wasThere ? 'is empty' : 'is not there'}, but its log ${path}-wal is. Put the file back, or delete the log too.`,
      );
    }
  }
  createFile(path);
  return { wasThere, release: connected(path) };
}

/** Refuses a file by its first bytes; answers with whether it has any. What is still in its log only is checked when it is open. */
function checkHeader(path: string): boolean {
  const header = readHeader(path);
  if (header === undefined) return false;
  const { version, application } = header;
  checkVersion(path, version, application, application === 0 && (version === 0 || hasLog(path)));
  return true;
}

/** Opens it for reading, and changes nothing: not its log either. */
export function connectReader({ path, handle, name }: Place): Connection {
  const base = { name, path, handle, wasThere: true };
  if (path === undefined) return { ...base, db: new Database(handle!), end: () => undefined };
  const driver = handle === undefined ? loadDriver() : driverOfHandle(handle);
  if (identityOf(path) === undefined) throw new StoreUnavailableError(`There is no file ${path} to read.`);
  if (!isConnected(path)) {
    checkHeader(path);
  }
  const reader = openReader(path, driver);
  const release = connected(path);
  return { ...base, db: reader.db, end: () => { reader.end(); release(); } };
}

function openReader(path: string, driver: Driver): { readonly db: Database; end(): void } {
  const db = new Database(driver.read(path));
  try {
    db.exec('PRAGMA query_only = 1; PRAGMA busy_timeout = 2000');
    db.get('SELECT 1 FROM sqlite_master LIMIT 1');
    return { db, end: () => db.close() };
  } catch (error) {
    db.close();
    // Where nothing can be written beside it, SQLite cannot say that it reads the log; then a copy of both is read.
    if (codeOf(error) !== 14 && codeOf(error) !== 8) throw error;
    return openCopy(path, driver);
  }
}

function openCopy(path: string, driver: Driver): { readonly db: Database; end(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'sidestream-view-'));
  const copy = join(directory, basename(path));
  try {
    for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
    const db = new Database(driver.open(copy));
    db.exec('PRAGMA query_only = 1');
    return { db, end: () => { db.close(); rmSync(directory, { recursive: true, force: true }); } };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Opens the lock for asking whether it is held. */
export function connectLock({ path, handle }: Place): Database | undefined {
  if (path === undefined || identityOf(lockOf(path)) === undefined) return undefined;
  const driver = handle === undefined ? loadDriver() : driverOfHandle(handle);
  const db = new Database(driver.read(lockOf(path)));
  db.exec('PRAGMA busy_timeout = 0');
  return db;
}
