import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { StoreUnavailableError } from '../../../core/storeErrors.js';
import type { SqliteHandle } from './handle.js';

/** How to open a file, for writing and for nothing but reading. */
export interface Driver {
  open(path: string): SqliteHandle;
  read(path: string): SqliteHandle;
}

type Constructor = new (path: string, options?: { readonly readonly: boolean }) => SqliteHandle;

/** libsql does not keep to its option, but to the address; better-sqlite3 has the option only. */
const driverOf = (Database: Constructor, readsUrls: boolean): Driver => ({
  open: (path) => new Database(path),
  read: (path) => (readsUrls ? new Database(`${pathToFileURL(path).href}?mode=ro`) : new Database(path, { readonly: true })),
});

let loaded: Driver | undefined;

/** The best driver that is here: what Node brings along from 22.13 on, then better-sqlite3, then libsql. */
export function loadDriver(): Driver {
  loaded ??= ofNode() ?? ofPackage('better-sqlite3') ?? ofPackage('libsql');
  if (loaded !== undefined) return loaded;
  throw new StoreUnavailableError('There is no SQLite here. Use Node 22.13 or later, which brings it along, or run: npm install libsql');
}

/** The driver of a database that is open already; of the three only better-sqlite3 takes a path for what it is. */
export const driverOfHandle = (handle: SqliteHandle): Driver => {
  const { constructor } = handle as object;
  return driverOf(constructor as Constructor, constructor.name === 'DatabaseSync' || 'syncUntil' in handle);
};

/** Asked for in this way no bundler looks for it, and where it is missing nothing is thrown. */
function ofNode(): Driver | undefined {
  const found = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule?.('node:sqlite');
  return found === undefined ? undefined : driverOf((found as { readonly DatabaseSync: Constructor }).DatabaseSync, true);
}

function ofPackage(name: string): Driver | undefined {
  try {
    return driverOf(createRequire(import.meta.url)(name) as Constructor, name !== 'better-sqlite3');
  } catch {
    return undefined;
  }
}
