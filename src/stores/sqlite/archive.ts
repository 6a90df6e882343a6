import type { Database } from './file/database.js';
import type { Settings } from './options.js';
import type { Group } from './rows/group.js';
import type { Ledger } from './rows/ledger.js';
import { beyondRows, type Beyond } from './rows/restore.js';
import { bytesOf, oldestInArchive } from './rows/task.js';

/** So much is done at a time, and so long, in milliseconds, others have their turn then. */
const SLICE = 10;
const MARKED = 50;
const PAGES = 16;
const PAUSE = 20;
/** So often, in milliseconds, it is asked whether something has grown too old. */
const OFTEN = 60_000;

/** What the archive needs of its keeper. */
interface Desk {
  readonly db: Database;
  ledger(): Ledger;
  write(work: (group: Group) => void): void;
}

/** Keeps the archive within its limits, a few rows at a time, when nothing else is to be done. */
export class Archive {
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #isOver = false;

  constructor(readonly limits: Settings['archive'], readonly desk: Desk, private beyond: Beyond | undefined) {}

  /** Looks whether there is something to do. */
  look(): void {
    const { archived, archivedBytes } = this.desk.ledger();
    const isFull = archived > 0 && (archived > this.limits.count || archivedBytes > this.limits.bytes);
    if (isFull || this.beyond !== undefined) this.#wait(0);
    else if (archived > 0 && this.limits.age < Infinity) this.#wait(this.#due - performance.now());
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#slice, Math.max(PAUSE, ms)).unref();
  }

  readonly #slice = (): void => {
    try {
      if (this.beyond !== undefined) this.#letGo(this.beyond);
      else this.#prune();
      this.look();
    } catch { /* It is tried again when something has been kept. */ }
  };

  /** Lets go of tasks that were beyond what was given back at the opening. */
  #letGo(beyond: Beyond): void {
    const tasks = beyondRows(this.desk.db, beyond, MARKED);
    if (tasks.length > 0) this.desk.write((group) => group.evict(tasks.map(({ id }) => id), Date.now()));
    if (tasks.length < MARKED) this.beyond = undefined;
  }

  #prune(): void {
    const { archived, archivedBytes } = this.desk.ledger();
    let [count, bytes] = [archived, archivedBytes];
    const since = Date.now() - this.limits.age;
    const superfluous = oldestInArchive(this.desk.db, SLICE).filter((task) => {
      if (count <= this.limits.count && bytes <= this.limits.bytes && task.goneAt! >= since) return false;
      count -= 1;
      bytes -= bytesOf(task);
      return true;
    });
    if (superfluous.length < SLICE) this.#due = performance.now() + OFTEN;
    if (superfluous.length === 0) return;
    this.desk.write((group) => {
      for (const task of superfluous) group.prune(task);
    });
    this.desk.db.exec(`PRAGMA incremental_vacuum(${PAGES})`);
  }
}
