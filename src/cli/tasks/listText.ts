import type { StoreOwner, TaskSummary } from '../../core/store.js';
import { ownerText } from './ownerText.js';
import { duration, oneLine } from './words.js';

/** What a list is of. */
export interface Listed {
  readonly file: string;
  readonly owner: StoreOwner | undefined;
  readonly total: number;
  readonly unheard: boolean;
  readonly limit: number;
  readonly now: number;
}

/** Characters of a goal. */
const GOAL = 60;

/** Tasks as a table, the latest first, below who owns the store. */
export function listText(list: readonly TaskSummary[], { file, owner, total, unheard, limit, now }: Listed): string {
  const head = `${file}: ${total} ${total === 1 ? 'task' : 'tasks'}, ${ownerText(owner)}`;
  const left = list.some(({ state }) => state !== 'ended') && owner?.isAlive !== true
    ? ['What is queued or running here goes on, or is interrupted, when the store is opened again.'] : [];
  if (list.length === 0) return [head, unheard ? 'Everything that has ended was heard of.' : 'There is nothing in it.'].join('\n');
  const rows = list.map((task) => [
    oneLine(task.id, 60), oneLine(task.agent, 40), statusOf(task), tookOf(task, now), duration(now - task.createdAt),
    oneLine(task.goal, GOAL),
  ]);
  const more = !unheard && total > list.length ? [`and ${total - list.length} older: --limit ${Math.max(total, limit)}`] : [];
  return [head, ...left, '', ...table([['ID', 'AGENT', 'STATUS', 'TOOK', 'AGE', 'GOAL'], ...rows]), ...more].join('\n');
}

function statusOf({ status, heard, evicted }: TaskSummary): string {
  if (evicted === true) return `${status}, archived`;
  return heard === false ? `${status}, unheard` : status;
}

function tookOf({ startedAt, endedAt }: TaskSummary, now: number): string {
  return startedAt === undefined ? '-' : duration((endedAt ?? now) - startedAt);
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => column === row.length - 1 ? cell : cell.padEnd(widths[column]!)).join('  '));
}
