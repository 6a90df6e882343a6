import type { KeptLog, KeptTask, Page } from '../../../core/store.js';
import { withPage } from '../../withPage.js';
import type { Database } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';
import { seal, unseal } from './seal.js';

/** Writes a page, lets go of those that it makes superfluous, and answers with by how many there are more. */
export function writePage(db: Database, n: number, page: Page): number {
  const last = page.first + page.lines.length;
  const gone = db.run('DELETE FROM page WHERE n = ? AND last <= ?', n, last - page.keep);
  db.run('INSERT INTO page(n, last, text) VALUES(?, ?, ?)', n, last, seal({ ...page, n }));
  return 1 - gone;
}

/** Lets go of all pages of a task, and answers with how many there were. */
export const deletePages = (db: Database, n: number): number => db.run('DELETE FROM page WHERE n = ?', n);

/** What the pages of a task come to. */
export function readPages(db: Database, n: number): Pick<KeptTask, 'log' | 'activeAt' | 'usage'> {
  let log: KeptLog = { lines: [], count: 0, others: [], gone: 0 };
  let rest: Pick<KeptTask, 'activeAt' | 'usage'> = {};
  for (const { text } of db.all('SELECT CAST(text AS BLOB) AS text FROM page WHERE n = ? ORDER BY p', n)) {
    const page = unseal(text, `a page of task ${n}`) as Page & { readonly n: number };
    if (page.n !== n) throw new Damage(`a page of task ${n} is of another`);
    log = withPage(log, page);
    rest = { ...rest, activeAt: page.activeAt, ...(page.usage !== undefined && { usage: page.usage }) };
  }
  return { log, ...rest };
}
