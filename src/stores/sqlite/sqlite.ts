import type { Store } from '../../core/store.js';
import { StoreBusyError, StoreLostError } from '../../core/storeErrors.js';
import type { SqliteHandle } from './file/handle.js';
import { placeOf } from './file/connect.js';
import { openHere } from './openHere.js';
import { readSettings, type SqliteOptions } from './options.js';
import type { Keeper } from './keeper.js';
import { createView } from './view.js';

/**
 * A store in one file of SQLite. It needs Node 22.13 or later, or one of the packages libsql and better-sqlite3; a database that is open
 * may be given too, for nothing else to be kept in it.
 *
 * ```ts
 * const store = sqlite('.sidestream/tasks.db');
 * ```
 *
 * Beside the file lie its log (`-wal`, `-shm`) and the lock of its owner (`-owner`); copy them together while it is open. A file system
 * without locks, as some of a network are, is no place for it.
 */
export function sqlite(file: string | SqliteHandle, options: SqliteOptions = {}): Store {
  const settings = readSettings(file, options);
  const place = placeOf(file);
  const { name } = place;
  let keeper: Keeper | undefined;
  let isTaken = false;
  return {
    name,
    open: async (by) => {
      if (isTaken) throw new StoreBusyError(`${name} is open here already. Close it first.`);
      isTaken = true;
      try {
        const opened = await openHere(place, settings, by);
        ({ keeper } = opened);
        return opened.kept;
      } catch (error) {
        isTaken = false;
        throw error;
      }
    },
    commit: (facts) => {
      if (keeper === undefined) throw new StoreLostError(`${name} is not open. Open it before anything is kept in it.`);
      keeper.commit(facts);
    },
    print: (id, page) => keeper?.print(id, page),
    close: () => {
      keeper?.close();
      keeper?.connection.end();
      keeper = undefined;
      isTaken = false;
    },
    view: () => createView(place),
  };
}
