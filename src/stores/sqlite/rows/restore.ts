import type { EvictedTask, Kept, StoreOpening } from '../../../core/store.js';
import type { Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { openIn } from '../../toldOf.js';
import type { Group } from './group.js';
import { keptTask } from './keptTask.js';
import type { Ledger } from './ledger.js';
import { unseal } from './seal.js';
import { readSpent } from './spent.js';
import { COLUMNS, placeOf, taskOf, type Task } from './task.js';

/** So many that are beyond the limits are let go of at once; where there are more, that is done in slices, when there is time. */
const AT_ONCE = 1_000;

const UNHEARD = 'state = 2 AND heard = 0 AND gone IS NULL';
const HEARD = 'state = 2 AND heard = 1 AND gone IS NULL';

/** What is beyond what was given back, still to be let go of. */
export interface Beyond {
  /** Only endings before these are: of the heard, and of the unheard. */
  readonly heard: number;
  readonly unheard: number;
  /** What was given back, and stays whatever is heard. */
  readonly kept: ReadonlySet<number>;
}

/** Reads what a session begins with, in the transaction in which it takes the store. */
export function restore(
  db: Database, group: Group, ledger: Ledger, { heard, unheard, evicted }: StoreOpening, at: number,
): { readonly kept: Omit<Kept, 'epoch'>; readonly beyond: Beyond | undefined } {
  checkCounts(db, ledger);
  const live = rows(db, 'state < 2', 'n', Infinity, 'live');
  const fresh = rows(db, UNHEARD, 'ord', unheard, 'unheard');
  const old = rows(db, HEARD, 'ord', heard, 'heard');
  const ended = [...fresh, ...old];
  const tasks = [...live, ...ended].sort((a, b) => a.n - b.n).map((task) => keptTask(db, task));
  const floors = { heard: old.at(-1)?.order ?? Infinity, unheard: fresh.at(-1)?.order ?? Infinity };
  const waiting = ledger.heard - old.length + ledger.unheard - fresh.length;
  const before = readEvicted(db, evicted);
  const forgotten = waiting === 0 ? [] : beyondRows(db, { ...floors, kept: new Set() }, waiting <= AT_ONCE ? Infinity : evicted, 'DESC');
  if (waiting <= AT_ONCE) group.evict(forgotten.map(({ id }) => id), at);
  const known = new Set(tasks.map(({ id }) => id));
  const told = group.tellOnly((id) => known.has(id), openIn(tasks)).map(({ t, ...telling }) => telling);
  const { seed, lastN, lastOrder, paused } = ledger;
  return {
    kept: {
      ...(seed !== undefined && { seed }), lastN, lastOrder, tasks, told,
      evicted: evicted > 0 ? [...before, ...forgotten.map(({ id, parentIds }) => ({ id, parentIds }))].slice(-evicted) : [],
      ...(paused === true && { paused }), ...(ledger.spent > 0 && { spent: readSpent(db) }),
    },
    beyond: waiting > AT_ONCE ? { ...floors, kept: new Set(ended.map(({ n }) => n)) } : undefined,
  };
}

/** What is beyond the limits, at most so many of the heard and of the unheard, in the order of their endings. */
export function beyondRows(db: Database, { heard, unheard, kept }: Beyond, limit: number, from: 'ASC' | 'DESC' = 'ASC'): readonly Task[] {
  const found = [[HEARD, heard], [UNHEARD, unheard]].flatMap(([where, before]) => db.all(
    `SELECT ${COLUMNS} FROM task WHERE ${where} AND ord < ? ORDER BY task.ord ${from} LIMIT ?`,
    capped(Number(before)), limitOf(limit + kept.size),
  ));
  return found.map(taskOf).filter(({ n }) => !kept.has(n)).sort((a, b) => a.order! - b.order!);
}

/** Ids that were let go of before, oldest first. */
const readEvicted = (db: Database, limit: number): readonly EvictedTask[] =>
  db.all('SELECT CAST(text AS BLOB) AS text FROM gone ORDER BY g DESC LIMIT ?', limitOf(limit))
    .map(({ text }) => unseal(text, 'the id of a forgotten task') as EvictedTask).reverse();

function rows(db: Database, where: string, by: 'n' | 'ord', limit: number, place: ReturnType<typeof placeOf>): readonly Task[] {
  const found = db.all(`SELECT ${COLUMNS} FROM task WHERE ${where} ORDER BY task.${by} DESC LIMIT ?`, limitOf(limit)).map(taskOf);
  if (found.some((task) => placeOf(task) !== place)) throw new Damage('an index of its tasks is wrong');
  return found;
}

/** A row that is missing, in a table or in an index, says nothing by itself. */
function checkCounts(db: Database, ledger: Ledger): void {
  const counted: readonly (readonly [what: string, from: string, count: number])[] = [
    ['tasks that live', 'task WHERE state < 2', ledger.live],
    ['tasks that nobody has heard of', `task WHERE ${UNHEARD}`, ledger.unheard],
    ['tasks that were heard of', `task WHERE ${HEARD}`, ledger.heard],
    ['tasks in its archive', 'task WHERE gone IS NOT NULL', ledger.archived],
    ['pages', 'page', ledger.pages], ['tellings', 'told', ledger.told], ['forgotten ids', 'gone', ledger.gone],
    ['places in which something was spent', 'spent', ledger.spent],
  ];
  for (const [what, from, count] of counted) {
    const found = db.get(`SELECT count(*) AS found FROM ${from}`)!.found;
    if (found !== count) throw new Damage(`of ${count} ${what} it finds ${found}`);
  }
}

const limitOf = (limit: number): number => (Number.isFinite(limit) ? limit : -1);
const capped = (order: number): number => (Number.isFinite(order) ? order : Number.MAX_SAFE_INTEGER);

