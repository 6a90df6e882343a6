import type { KeptTelling } from '../../../core/store.js';
import type { Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { isLeft } from '../../toldOf.js';
import { seal, unseal } from './seal.js';

/** A telling with its place among them. */
export interface Telling extends KeptTelling { readonly t: number }

export const readTellings = (db: Database): readonly Telling[] =>
  db.all('SELECT t, CAST(text AS BLOB) AS text FROM told ORDER BY t').map(({ t, text }) => {
    const telling = unseal(text, `telling ${t}`) as Telling;
    if (telling.t !== t) throw new Damage(`telling ${t} contradicts itself`);
    return telling;
  });

/** What was told behind all before it, or, with a mark that is known, in its place. */
export function withTelling(tellings: readonly Telling[], { kind, mark, ids, questions }: KeptTelling): readonly Telling[] {
  const known = tellings.find((telling) => telling.kind === kind && telling.mark === mark);
  const telling = { kind, mark, ids, ...(questions !== undefined && { questions }), t: known?.t ?? (tellings.at(-1)?.t ?? 0) + 1 };
  return (known === undefined ? [...tellings, telling] : tellings.map((each) => (each === known ? telling : each)))
    .filter(isLeft);
}

/** Writes what has changed. */
export function writeTellings(db: Database, before: readonly Telling[], after: readonly Telling[]): void {
  const same = new Set(after);
  const kept = new Set(after.map(({ t }) => t));
  const known = new Set(before);
  for (const { t } of before) if (!kept.has(t)) db.run('DELETE FROM told WHERE t = ?', t);
  for (const telling of same) {
    if (!known.has(telling)) {
      db.run('INSERT INTO told(t, text) VALUES(?, ?) ON CONFLICT(t) DO UPDATE SET text = excluded.text', telling.t, seal(telling));
    }
  }
}
