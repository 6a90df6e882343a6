import { InvalidArgumentError } from '../../core/errors.js';
import type { TaskId } from '../../core/events.js';
import type { Fact, Kept, Page, Store, StoreOpening } from '../../core/store.js';
import { StoreBusyError, StoreLostError } from '../../core/storeErrors.js';
import { placeOf, prepare, type Place } from './file/connect.js';
import type { SqliteHandle } from './file/handle.js';
import { openHere } from './openHere.js';
import { readSettings, type Settings, type SqliteOptions } from './options.js';
import { openThread } from './thread/thread.js';
import { createView } from './view.js';

/**
 * A store in one file of SQLite. It needs Node 22.13 or later, or one of the packages libsql and better-sqlite3; a database that is open
 * may be given too, for nothing else to be kept in it.
 *
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { sqlite } from 'sidestream/sqlite';
 *
 * const store = sqlite(`${tmpdir()}/tasks-${Date.now()}.db`);
 * const { epoch, tasks } = await store.open({ holder: 'an example', heard: 200, unheard: 1_000, evicted: 1_000 });
 * console.log(`opening ${epoch}, ${tasks.length} tasks`); // opening 1, 0 tasks
 * await store.close();
 * ```
 *
 * Beside the file lie its log (`-wal`, `-shm`) and the lock of its owner (`-owner`); copy them together while it is open. A file system
 * without locks, as some of a network are, is no place for it.
 */
export function sqlite(file: string | SqliteHandle, options: SqliteOptions = {}): Store {
  const settings = readSettings(file, options);
  const place = placeOf(file);
  const { name } = place;
  if (settings.durability === 'power' && typeof file !== 'string') {
    throw new InvalidArgumentError("Expected `file` to be a path with durability 'power', as a thread of its own opens it, got an object.");
  }
  let desk: Desk | undefined;
  let isTaken = false;
  let closes = 0;
  return {
    name,
    open: async (by) => {
      if (isTaken) throw new StoreBusyError(`${name} is open here already. Close it first.`);
      isTaken = true;
      const before = closes;
      try {
        const opened = await openDesk(place, settings, by);
        if (closes > before) {
          await opened.desk.close();
          throw new StoreLostError(`${name} was closed while it was being opened.`);
        }
        ({ desk } = opened);
        return opened.kept;
      } catch (error) {
        isTaken = false;
        throw error;
      }
    },
    commit: (facts) => {
      if (desk === undefined) throw new StoreLostError(`${name} is not open. Open it before anything is kept in it.`);
      return desk.commit(facts);
    },
    print: (id, page) => desk?.print(id, page),
    close: () => {
      closes += 1;
      if (desk === undefined) return undefined;
      const closed = desk.close();
      desk = undefined;
      if (closed === undefined) isTaken = false;
      return closed?.finally(() => { isTaken = false; });
    },
    view: () => createView(place),
  };
}

/** Whoever keeps the file: something in this thread, or another thread. */
interface Desk {
  commit(facts: readonly Fact[]): void | Promise<void>;
  print(id: TaskId, page: Page): void;
  close(): void | Promise<void>;
}

async function openDesk(place: Place, settings: Settings, by: StoreOpening): Promise<{ readonly desk: Desk; readonly kept: Kept }> {
  const { name, path } = place;
  const prepared = prepare(place);
  const { wasThere } = prepared;
  const release = (): void => prepared.release();
  try {
    if (settings.durability === 'power' && path !== undefined) {
      const { thread, kept } = await openThread({ name, path, wasThere, settings }, by);
      return { kept, desk: {
        commit: (facts) => thread.commit(facts),
        print: (id, page) => thread.print(id, page),
        close: () => thread.close().finally(release),
      } };
    }
    const { keeper, kept } = await openHere(place, { wasThere }, settings, by);
    return { kept, desk: {
      commit: (facts) => keeper.commit(facts),
      print: (id, page) => keeper.print(id, page),
      close: () => {
        keeper.close();
        keeper.connection.end();
        release();
      },
    } };
  } catch (error) {
    release();
    throw error;
  }
}
