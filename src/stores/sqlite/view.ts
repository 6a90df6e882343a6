import type { StoreOwner, StoreView, TaskSummary } from '../../core/store.js';
import { connectLock, connectReader, type Connection, type Place } from './file/connect.js';
import type { Database } from './file/database.js';
import { isLocked } from './file/lock.js';
import { troubleOf } from './file/troubleOf.js';
import { keptTask } from './rows/keptTask.js';
import { readLedger } from './rows/ledger.js';
import { checkSchema, isNewSchema } from './rows/schema.js';
import { COLUMNS, keyOf, taskOf, type Task } from './rows/task.js';

/** Reads a file, each time in a short transaction: a long one would hold up its log, which then only grows. */
export function createView(place: Place): StoreView {
  const connection = attempt(place, () => connectReader(place));
  const { db, name } = connection;
  const read = <T>(work: () => T, none: T): T => attempt(place, () => db.read(() => {
    checkSchema(db, name);
    return isNewSchema(db) ? none : work();
  }));
  try {
    read(() => readLedger(db), undefined);
  } catch (error) {
    connection.end();
    throw error;
  }
  return {
    owner: () => read(() => ownerOf(db, place), undefined),
    list: ({ limit = Infinity, unheard = false } = {}) => read(() => db.all(
      `SELECT ${COLUMNS} FROM task ${unheard ? 'WHERE state = 2 AND heard = 0' : ''} ORDER BY n DESC LIMIT ?`,
      Number.isFinite(limit) ? limit : -1,
    ).map((row) => summaryOf(taskOf(row))), []),
    count: () => read(() => db.get('SELECT count(*) AS found FROM task')!.found, 0),
    find: (id) => read(() => {
      const row = db.get(`SELECT ${COLUMNS} FROM task WHERE id = ?`, keyOf(id));
      return row && keptTask(db, taskOf(row));
    }, undefined),
    close: closing(connection),
  };
}

function attempt<T>({ name }: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw troubleOf(error, name);
  }
}

function closing(connection: Connection): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) connection.end();
    isOpen = false;
  };
}

function ownerOf(db: Database, place: Place): StoreOwner | undefined {
  const { holder, pid, since, isClosed, epoch } = readLedger(db);
  if (isClosed || epoch === 0) return undefined;
  const lock = connectLock(place);
  try {
    return { holder: `${holder} (process ${pid})`, since, isAlive: lock === undefined ? place.path === undefined : isLocked(lock) };
  } finally {
    lock?.close();
  }
}

function summaryOf(task: Task): TaskSummary {
  const { id, n, agent, parentIds, state, createdAt, startedAt, goal, status, endedAt, heard, gone } = task;
  return {
    id, n, agent, parentIds, state, createdAt, attempt: task.attempt, ...(startedAt !== undefined && { startedAt }), goal,
    status: status ?? state as 'queued' | 'running',
    ...(endedAt !== undefined && { endedAt }), ...(heard !== undefined && { heard }), ...(gone !== undefined && { evicted: true }),
  };
}
