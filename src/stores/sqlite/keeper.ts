import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import process from 'node:process';
import type { TaskId } from '../../core/events.js';
import type { Fact, Kept, Page, StoreOpening } from '../../core/store.js';
import { StoreBusyError, StoreLostError } from '../../core/storeErrors.js';
import { joined } from '../withPage.js';
import { Archive } from './archive.js';
import type { Connection } from './file/connect.js';
import type { Database } from './file/database.js';
import { giveLock, lockedFile, lockOf, rememberFile, takeLock } from './file/lock.js';
import { createFile, Watch } from './file/place.js';
import { Damage, isBusy, troubleOf } from './file/troubleOf.js';
import type { Settings } from './options.js';
import { Group } from './rows/group.js';
import { ledgerText, readLedger, type Ledger } from './rows/ledger.js';
import { restore } from './rows/restore.js';
import { checkSchema, isNewSchema, migrate } from './rows/schema.js';

/** What was printed is kept so soon, in milliseconds, or when it is so long, in characters. */
const SOON = 50;
const LONG = 64 * 1024;
/** After a failure it is tried again so soon. */
const AGAIN = 1_000;
/** Files of at most so many bytes are checked as a whole when they are opened. */
const CHECKED = 8 * 1024 * 1024;

/**
 * Keeps facts in a file that it owns, each call in one transaction. It does nothing but what it is told and what is due, so it is the same
 * in the thread of a session and in one of its own.
 */
export class Keeper {
  readonly #waiting = new Map<TaskId, Page>();
  readonly #watch: Watch | undefined;
  readonly #pid = process.pid;
  readonly #archive: Archive;
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  #ledger: Ledger;
  #text: string;
  /** Facts of which it is not known whether they are kept, and the ledger that they would have left. */
  #doubt: { readonly facts: readonly string[]; readonly text: string; readonly ledger: Ledger } | undefined;
  #isOpen = true;

  /** Waits for the file to be free, takes it, and reads what is there. */
  static async open(
    connection: Connection, settings: Settings, by: StoreOpening,
  ): Promise<{ readonly keeper: Keeper; readonly kept: Kept }> {
    const { db, path, name } = connection;
    try {
      checkSchema(db, name);
      if (path !== undefined) createFile(lockOf(path));
      if (path !== undefined) await waitForLock(db, path, name, settings.wait);
      const until = performance.now() + 1_000;
      for (;;) {
        try {
          return take(connection, settings, by);
        } catch (error) {
          // A reader that has just found the log of a killed owner puts it in order first.
          if (!isBusy(error) || performance.now() > until) throw error;
          await sleep(randomInt(5, 20));
        }
      }
    } catch (error) {
      giveLock(db);
      throw error;
    }
  }

  constructor(
    readonly connection: Connection, settings: Settings, written: { readonly ledger: Ledger; readonly text: string },
    beyond: ConstructorParameters<typeof Archive>[2],
  ) {
    ({ ledger: this.#ledger, text: this.#text } = written);
    this.#watch = connection.path === undefined ? undefined : new Watch(connection.path);
    this.#archive = new Archive(settings.archive, {
      ledger: () => this.#ledger, write: (work) => this.#write(work), db: connection.db,
    }, beyond);
    this.#archive.look();
  }

  commit(facts: readonly Fact[]): void {
    this.#check();
    try {
      const left = this.#doubt === undefined ? facts : this.#settle(facts);
      const pages = this.#pagesOf(left);
      if (left.length > 0) {
        this.#write((group) => {
          for (const [id, page] of pages) group.print(id, page);
          for (const fact of left) group.keep(fact);
        }, left);
      }
      for (const [id] of pages) this.#waiting.delete(id);
    } catch (error) {
      throw troubleOf(error, this.connection.name);
    }
    this.#archive.look();
  }

  print(id: TaskId, page: Page): void {
    if (!this.#isOpen || process.pid !== this.#pid) return;
    const before = this.#waiting.get(id);
    this.#waiting.set(id, before === undefined ? page : joined(before, page));
    for (const [text] of page.lines) this.#length += text.length;
    if (this.#length >= LONG) this.#flush();
    else this.#timer ??= setTimeout(this.#flush, SOON).unref();
  }

  close(): void {
    if (!this.#isOpen) return;
    if (process.pid !== this.#pid) {
      this.#isOpen = false;
      return;
    }
    try {
      this.#check();
      this.#flush();
      this.#write((group) => group.change({ isClosed: true }));
      this.connection.db.pragma('wal_checkpoint(TRUNCATE)');
    } catch { /* It is closed without it: what was committed is there. */ } finally {
      this.#isOpen = false;
      clearTimeout(this.#timer);
      this.#archive.stop();
      giveLock(this.connection.db);
    }
  }

  readonly #flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isOpen || this.#waiting.size === 0) return;
    try {
      this.#check();
      if (this.#doubt !== undefined) this.#settle([]);
      this.#write((group) => {
        for (const [id, page] of this.#waiting) group.print(id, page);
      });
      this.#waiting.clear();
    } catch {
      this.#timer = setTimeout(this.#flush, AGAIN).unref();
    }
    this.#length = 0;
  };

  /** Pages of the tasks that these facts are about. */
  #pagesOf(facts: readonly Fact[]): readonly (readonly [TaskId, Page])[] {
    if (this.#waiting.size === 0) return [];
    const about = new Set(facts.flatMap((fact) => (fact.type === 'steered' ? fact.taskId : 'id' in fact ? fact.id : [])));
    return [...this.#waiting].filter(([id]) => about.has(id));
  }

  /** A transaction in which the file must say what was last written here. */
  #write(work: (group: Group) => void, facts: readonly Fact[] = []): void {
    const { db } = this.connection;
    let written: { readonly ledger: Ledger; readonly text: string } | undefined;
    try {
      db.write(() => {
        written = undefined;
        if (ledgerText(db) !== this.#text) throw this.#lost();
        const group = new Group(db, this.#ledger);
        work(group);
        written = group.finish();
      });
    } catch (error) {
      // What has failed after the ledger was written is the commit itself: it may be kept.
      if (written === undefined || !this.#isKept(written, facts)) throw error;
    }
    ({ ledger: this.#ledger, text: this.#text } = written!);
  }

  /** Whether a commit that failed is kept all the same; where that cannot be asked now, it is asked before the next. */
  #isKept(written: { readonly ledger: Ledger; readonly text: string }, facts: readonly Fact[]): boolean {
    try {
      return ledgerText(this.connection.db) === written.text;
    } catch {
      this.#doubt = { ...written, facts: facts.map((fact) => JSON.stringify(fact)) };
      return false;
    }
  }

  /** Asks what has become of the facts in doubt, and answers with what is left to be kept of these. */
  #settle(facts: readonly Fact[]): readonly Fact[] {
    const doubt = this.#doubt!;
    const isKept = ledgerText(this.connection.db) === doubt.text;
    this.#doubt = undefined;
    if (!isKept) return facts;
    ({ ledger: this.#ledger, text: this.#text } = doubt);
    const isAgain = doubt.facts.every((fact, at) => at < facts.length && JSON.stringify(facts[at]) === fact);
    return isAgain ? facts.slice(doubt.facts.length) : facts;
  }

  #check(): void {
    const { db, name } = this.connection;
    if (!this.#isOpen) throw new StoreLostError(`${name} is closed. Open it again before anything is kept in it.`);
    if (process.pid !== this.#pid) {
      throw new StoreLostError(`${name} was opened by process ${this.#pid}, and this is ${process.pid}. Open it here with sqlite().`);
    }
    this.#watch?.check(() => db.pragma('wal_checkpoint(TRUNCATE)'));
  }

  #lost(): StoreLostError {
    const { holder, pid, epoch } = readLedger(this.connection.db);
    return new StoreLostError(`${this.connection.name} was taken over by ${holder} (process ${pid}, its ${epoch}. opening). `
      + 'Nothing more is kept here; end what runs.');
  }
}

/** Without a clock: whoever owns the file has it locked, and the lock ends with its process. */
async function waitForLock(db: Database, path: string, name: string, wait: number): Promise<void> {
  const until = performance.now() + wait;
  while (!takeLock(db, path)) {
    if (performance.now() >= until) throw new StoreBusyError(`${name} is owned by ${ownerIn(db)}. Wait for its end, or use another file.`);
    await sleep(randomInt(15, 35));
  }
}

function ownerIn(db: Database): string {
  try {
    const { holder, pid, since } = readLedger(db);
    return `${holder} (process ${pid}) since ${new Date(since).toISOString()}`;
  } catch {
    return 'another process';
  }
}

/** Takes the file, whose lock is held. */
function take(connection: Connection, settings: Settings, by: StoreOpening): { readonly keeper: Keeper; readonly kept: Kept } {
  const { db, path, name, wasThere } = connection;
  checkSchema(db, name);
  const known = path === undefined ? '' : lockedFile(db);
  if (isNewSchema(db)) {
    if (known !== '' && wasThere) {
      throw new Damage(`it is empty, though tasks were kept in it; to begin anew, delete ${name} and ${name}-owner`);
    }
    db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  }
  if (path !== undefined && db.pragma('journal_mode = WAL') !== 'wal') {
    throw new Error('its file system does not let SQLite keep a log beside it (WAL)');
  }
  db.exec(`PRAGMA synchronous = ${settings.durability === 'power' ? 'FULL' : 'NORMAL'}`);
  // What is written again and again goes into the file less often.
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  migrate(db);
  checkWhole(db);
  let beyond: ConstructorParameters<typeof Archive>[2];
  let kept: Omit<Kept, 'epoch'>;
  let written: { readonly ledger: Ledger; readonly text: string };
  const at = Date.now();
  db.write(() => {
    const ledger = readLedger(db);
    if (known !== '' && known !== ledger.file && wasThere) {
      throw new Damage(`it is not the file that was here before; if it should be, delete ${name}-owner and open it again`);
    }
    const group = new Group(db, ledger);
    group.change({ epoch: ledger.epoch + 1, holder: by.holder, pid: process.pid, since: at, isClosed: false });
    ({ kept, beyond } = restore(db, group, ledger, by, at));
    written = group.finish();
  });
  const { ledger } = written!;
  if (path !== undefined && known !== ledger.file) rememberFile(db, ledger.file);
  return { keeper: new Keeper(connection, settings, written!, beyond), kept: { epoch: ledger.epoch, ...kept! } };
}

function checkWhole(db: Database): void {
  if (Number(db.pragma('page_count')) * Number(db.pragma('page_size')) > CHECKED) return;
  const said = db.pragma('quick_check(1)');
  if (said !== 'ok') throw new Damage(String(said));
}
