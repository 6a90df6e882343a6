import { textIn, type Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { seal, unsealText } from './seal.js';

/**
 * What is known of the whole file: who owns it, what was counted, and how much there is of everything, so that what is missing is missed.
 * It is written anew in each transaction, so that whoever finds another one knows that somebody else has written.
 */
export interface Ledger {
  /** The file's own name for itself. */
  readonly file: string;
  readonly epoch: number;
  readonly holder: string;
  readonly pid: number;
  readonly since: number;
  readonly isClosed: boolean;
  readonly commits: number;
  readonly seed?: number | undefined;
  readonly lastN: number;
  readonly lastOrder: number;
  /** Whether its session holds back what waits. */
  readonly paused?: boolean | undefined;
  /** Tasks that live, that ended unheard, that ended and were heard, and that the session has let go of. */
  readonly live: number;
  readonly unheard: number;
  readonly heard: number;
  readonly archived: number;
  readonly archivedBytes: number;
  /** How many tasks were ever let go of. */
  readonly evictions: number;
  /** Rows of the other tables. */
  readonly pages: number;
  readonly told: number;
  readonly gone: number;
  readonly spent: number;
  /** How often it was ever said what was spent. */
  readonly spendings: number;
}

export type Draft = { -readonly [K in keyof Ledger]: Ledger[K] };

export const NEW_LEDGER: Omit<Ledger, 'file'> = {
  epoch: 0, holder: '', pid: 0, since: 0, isClosed: true, commits: 0, lastN: 0, lastOrder: 0,
  live: 0, unheard: 0, heard: 0, archived: 0, archivedBytes: 0, evictions: 0, pages: 0, told: 0, gone: 0, spent: 0, spendings: 0,
};

/** The text of the ledger as it stands in the file. */
export function ledgerText(db: Database): string {
  const row = db.get('SELECT CAST(text AS BLOB) AS text FROM ledger WHERE one = 1');
  if (row === undefined) throw new Damage('its ledger is missing');
  return textIn(row.text);
}

export const readLedger = (db: Database): Ledger => unsealText(ledgerText(db), 'its ledger') as Ledger;

/** Writes it, and answers with its text. */
export function writeLedger(db: Database, ledger: Ledger): string {
  const text = seal(ledger);
  db.run('UPDATE ledger SET text = ? WHERE one = 1', text);
  return text;
}
