import type { KeptTask } from '../../../core/store.js';
import type { Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { unpackLines } from './packedLines.js';
import { readPages } from './pages.js';
import { readParts, type Task } from './task.js';

/** A task with its body. */
export function keptTask(db: Database, task: Task): KeptTask {
  const { id, n, agent, parentIds, state, createdAt, startedAt, attempt, tries, endedAt, order, heard, questions } = task;
  const { opening, saved, letters = [], end } = readParts(db, task);
  if (opening === undefined || (state === 'ended') !== (end !== undefined)) throw new Damage(`the body of task ${n} (${id}) is not whole`);
  const base = {
    id, n, agent, named: opening.named, parentIds, brief: opening.brief, options: opening.options, state, createdAt,
    ...(startedAt !== undefined && { startedAt }), attempt, tries, ...(saved !== undefined && { saved }), letters,
  };
  if (end === undefined) return { ...base, ...(questions !== undefined && { questions }), ...readPages(db, n) };
  const { log, activeAt, usage, ...rest } = end;
  return {
    ...base, log: { ...log, lines: unpackLines(log.lines) }, activeAt, ...(usage !== undefined && { usage }),
    ended: { ...rest, at: endedAt!, order: order!, heard: heard === true },
  };
}
