import type { Database } from '../file/database.js';
import { keptTask } from './keptTask.js';
import { COLUMNS, taskOf } from './task.js';

/** So long it is looked, in milliseconds. */
const LONG = 1_000;

/** What can still be read of a damaged file, in words: it is looked for by each row alone, and not for longer than a second. */
export function readableIn(db: Database): string {
  const until = performance.now() + LONG;
  const ns = numbersIn(db, 'INDEXED BY task_id') ?? numbersIn(db, 'NOT INDEXED') ?? [];
  let readable = 0;
  for (const [looked, n] of ns.entries()) {
    if (isReadable(db, n)) readable += 1;
    if (performance.now() > until) return `${readable} of the first ${looked + 1} of its ${ns.length} tasks can still be read`;
  }
  return ns.length === 0 ? 'no task can be read in it' : `${readable} of ${ns.length} tasks can still be read in it`;
}

function numbersIn(db: Database, how: string): readonly number[] | undefined {
  try {
    return db.all(`SELECT n FROM task ${how} ORDER BY n`).map(({ n }) => n);
  } catch {
    return undefined;
  }
}

function isReadable(db: Database, n: number): boolean {
  try {
    keptTask(db, taskOf(db.get(`SELECT ${COLUMNS} FROM task WHERE n = ?`, n)!));
    return true;
  } catch {
    return false;
  }
}
