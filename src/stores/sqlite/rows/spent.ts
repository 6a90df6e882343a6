import type { KeptSpent } from '../../../core/store.js';
import { textIn, type Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { seal, unseal } from './seal.js';
import { keyOf } from './task.js';

/** What was spent in each place, the latest to be written last. */
export const readSpent = (db: Database): readonly KeptSpent[] =>
  db.all('SELECT s, CAST(place AS BLOB) AS id, CAST(text AS BLOB) AS text FROM spent ORDER BY s').map(({ s, id, text }) => {
    const { n, place, usage } = unseal(text, `what was spent (${s})`) as KeptSpent & { readonly n: number };
    if (n !== s || textIn(id) !== keyOf(place)) throw new Damage(`what was spent (${s}) contradicts itself`);
    return { place, usage };
  });

/** Writes it behind all others; answers with how many more there are. @param n - its place among all that were ever written */
export function writeSpent(db: Database, n: number, { place, usage }: KeptSpent): number {
  const before = db.run('DELETE FROM spent WHERE place = ?', keyOf(place));
  db.run('INSERT INTO spent(s, place, text) VALUES(?, ?, ?)', n, keyOf(place), seal({ n, place, usage }));
  return 1 - before;
}

/** Forgets the oldest; answers with how many. */
export const forgetSpent = (db: Database, count: number): number =>
  db.run('DELETE FROM spent WHERE s IN (SELECT s FROM spent ORDER BY s LIMIT ?)', count);

/** Forgets what was spent in a scope, and in those below it; answers with how many there were. */
export const closeSpent = (db: Database, scope: string): number =>
  db.run('DELETE FROM spent WHERE place = ? OR instr(place, ?) = 1', keyOf(scope), `${keyOf(scope).slice(0, -1)}/`);
