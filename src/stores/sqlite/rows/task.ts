import type { Json } from '../../../core/json.js';
import type { KeptEnding, KeptLetter, KeptLog, KeptQuestion, KeptTask } from '../../../core/store.js';
import { textIn, type Bytes, type Database, type Row } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import type { PackedLines } from './packedLines.js';
import { seal, sumOf, unseal } from './seal.js';

/** What a list needs of a task, and what is needed to find it. */
export interface Task {
  readonly id: string;
  readonly n: number;
  readonly agent: string;
  readonly parentIds: readonly string[];
  readonly goal: string;
  readonly state: KeptTask['state'];
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly attempt: number;
  readonly tries: number;
  readonly status?: KeptEnding['type'] | undefined;
  readonly endedAt?: number | undefined;
  readonly order?: number | undefined;
  readonly heard?: boolean | undefined;
  /** Of one that lives. */
  readonly questions?: readonly KeptQuestion[] | undefined;
  /** Which it was of those that the session has let go of, from 1, and when. */
  readonly gone?: number | undefined;
  readonly goneAt?: number | undefined;
  /** The sum of each part of its body, and how many bytes it has. */
  readonly parts: readonly (readonly [sum: number, bytes: number] | null)[];
}

/** The parts of a body. */
export interface Parts {
  readonly opening: Pick<KeptTask, 'named' | 'brief' | 'options'>;
  readonly saved: Json;
  readonly letters: readonly KeptLetter[];
  readonly end: Omit<NonNullable<KeptTask['ended']>, 'at' | 'order' | 'heard'> & {
    readonly log: Omit<KeptLog, 'lines'> & { readonly lines: PackedLines }; readonly activeAt: number; readonly usage?: KeptTask['usage'];
  };
}

const PARTS: readonly (keyof Parts)[] = ['opening', 'saved', 'letters', 'end'];
const STATES: readonly KeptTask['state'][] = ['queued', 'running', 'ended'];

/** Where a task is counted. */
export const placeOf = ({ state, heard, gone }: Task): 'live' | 'unheard' | 'heard' | 'archived' =>
  (gone !== undefined ? 'archived' : state !== 'ended' ? 'live' : heard === true ? 'heard' : 'unheard');

/** What is read of a row. A damaged column is of any type: it is made a number here, as a driver may not take it. */
export const COLUMNS = `n, CAST(id AS BLOB) AS id, CAST(text AS BLOB) AS text, ${
  ['state', 'heard', 'ord', 'gone'].map((name) => `CAST(${name} AS INTEGER) AS ${name}`).join(', ')}`;

/** How many bytes its body has. */
export const bytesOf = ({ parts }: Task): number => parts.reduce((sum, part) => sum + (part?.[1] ?? 0), 0);

/** The key of a task's row: as JSON, since an id may be any string. */
export const keyOf = (id: string): string => JSON.stringify(id);

/** Reads a row; the columns must say what its text says. */
export function taskOf(row: Row): Task {
  const what = `task ${row.n}`;
  const task = unseal(row.text, what) as Task;
  const columns = [row.n, textIn(row.id), row.state, row.heard, row.ord, row.gone];
  if ([task.n, keyOf(task.id), ...columnsOf(task)].some((value, at) => value !== columns[at])) {
    throw new Damage(`${what} contradicts itself`);
  }
  return task;
}

export const findTask = (db: Database, id: string): Task | undefined => {
  const row = db.get(`SELECT ${COLUMNS} FROM task WHERE id = ?`, keyOf(id));
  return row && taskOf(row);
};

/** The tasks that were let go of first. */
export const oldestInArchive = (db: Database, limit: number): readonly Task[] =>
  db.all(`SELECT ${COLUMNS} FROM task WHERE gone IS NOT NULL ORDER BY task.gone LIMIT ?`, limit).map(taskOf);

export function insertTask(db: Database, task: Task): void {
  db.run('INSERT INTO task(n, id, state, heard, ord, gone, text) VALUES(?, ?, ?, ?, ?, ?, ?)',
    task.n, keyOf(task.id), ...columnsOf(task), seal(task));
}

export function updateTask(db: Database, task: Task): void {
  db.run('UPDATE task SET state = ?, heard = ?, ord = ?, gone = ?, text = ? WHERE n = ?', ...columnsOf(task), seal(task), task.n);
}

/** Deletes it with its body. */
export function deleteTask(db: Database, { n }: Task): void {
  db.run('DELETE FROM task WHERE n = ?', n);
  db.run('DELETE FROM body WHERE key BETWEEN ? AND ?', 4 * n, 4 * n + 3);
}

/** Writes one part of its body, and answers with the task that knows of it. */
export function writePart<P extends keyof Parts>(db: Database, task: Task, part: P, value: Parts[P]): Task {
  const at = PARTS.indexOf(part);
  const text = JSON.stringify(value);
  db.run('INSERT INTO body(key, text) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET text = excluded.text', 4 * task.n + at, text);
  const written = [sumOf(text), Buffer.byteLength(text)] as const;
  return { ...task, parts: task.parts.map((each, index) => (index === at ? written : each)) };
}

export function readPart<P extends keyof Parts>(db: Database, task: Task, part: P): Parts[P] | undefined {
  const at = PARTS.indexOf(part);
  const known = task.parts[at];
  if (known == null) return undefined;
  const row = db.get('SELECT CAST(text AS BLOB) AS text FROM body WHERE key = ?', 4 * task.n + at);
  return parse(row?.text, known[0], task) as Parts[P];
}

/** All parts of its body. */
export function readParts(db: Database, task: Task): Partial<Parts> {
  const rows = db.all(
    'SELECT key, CAST(text AS BLOB) AS text FROM body WHERE key BETWEEN ? AND ?', 4 * task.n, 4 * task.n + 3,
  );
  return Object.fromEntries(PARTS.flatMap((part, at) => {
    const known = task.parts[at];
    return known == null ? [] : [[part, parse(rows.find(({ key }) => key === 4 * task.n + at)?.text, known[0], task)]];
  }));
}

function parse(bytes: Bytes | undefined, sum: number, { n, id }: Task): unknown {
  const text = textIn(bytes);
  if (sumOf(text) !== sum) throw new Damage(`the body of task ${n} (${id}) does not read as it was written`);
  return JSON.parse(text);
}

const columnsOf = ({ state, heard, order, gone }: Task): [state: number, heard: number, ord: number, gone: number | null] =>
  [STATES.indexOf(state), heard === true ? 1 : 0, order ?? 0, gone ?? null];
