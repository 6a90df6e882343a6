/**
 * Crashes sessions with a store, and demands that everything that was acknowledged is known, ended once, and told once: `npm run crash`, or
 * `npm run crash -- --quick`, or `npm run crash -- --seed 17 --store tape` for one history.
 *
 * `tape`: a store in memory, cut at each of its moments. The drivers: files of SQLite as they lie on the disk at each statement. `killed`:
 * processes that are really killed, by SIGKILL or `process.abort()` at a point, or from outside at any time.
 */
import { parseArgs } from 'node:util';
import { loadDriver } from '../../src/stores/sqlite/file/loadDriver.js';
import { crash } from '../../test/support/crashes/crash.js';
import { tape, type Medium } from '../../test/support/crashes/medium.js';
import { sqliteMedium } from '../../test/support/crashes/sqliteMedium.js';
import { kill, type Kill } from './kill.js';

const { values } = parseArgs({ options: {
  quick: { type: 'boolean' }, seed: { type: 'string' }, store: { type: 'string' }, lives: { type: 'string' }, kills: { type: 'string' },
} });
const quick = values.quick === true;
const first = Number(values.seed ?? 1);

interface Row { readonly store: string; lives: number; single: number; double: number; violations: number; seconds: number }

const rows: Row[] = [];
const failures: string[] = [];

await matrix('tape', tape, quick ? 5 : 60, { every: quick ? 3 : 1, again: quick ? 23 : 17 });
const driver = driverName();
if (driver !== undefined) {
  await matrix(driver, sqliteMedium, quick ? 1 : 60, { every: quick ? 11 : 5, again: quick ? 97 : 61, commands: 25 });
  await kills(quick ? 10 : 240);
}

console.log('\n| store | lives | crashes | of these in a recovery | violations | seconds |\n|---|---|---|---|---|---|');
for (const { store, lives, single, double, violations, seconds } of rows) {
  console.log(`| ${store} | ${lives} | ${single + double} | ${double} | ${violations} | ${Math.round(seconds)} |`);
}
const all = rows.reduce((sum, { single, double }) => sum + single + double, 0);
console.log(`\n${all} crashes, ${failures.length} violations.`);
for (const failure of failures.slice(0, 20)) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

async function matrix(
  store: string, medium: () => Medium, lives: number, how: { readonly every: number; readonly again: number; readonly commands?: number },
): Promise<void> {
  if (values.store !== undefined && values.store !== store) return;
  const count = Number(values.lives ?? (values.seed === undefined ? lives : 1));
  const row: Row = { store, lives: count, single: 0, double: 0, violations: 0, seconds: 0 };
  rows.push(row);
  const began = performance.now();
  for (let seed = first; seed < first + row.lives; seed++) {
    const { crashes, double, violations } = await crash({ seed, medium, ...how });
    row.single += crashes - double;
    row.double += double;
    row.violations += violations.length;
    for (const { at, error } of violations) failures.push(`${store}, seed ${seed}, crashed at ${at}: ${said(error)}`);
    console.error(`${store}: seed ${seed}: ${crashes} crashes, ${violations.length} violations`);
  }
  row.seconds = (performance.now() - began) / 1_000;
}

/** A third each: at a point by SIGKILL, by `process.abort()`, and from outside. */
async function kills(count: number): Promise<void> {
  if (values.store !== undefined && values.store !== 'killed') return;
  const row: Row = { store: 'killed', lives: Number(values.kills ?? count), single: 0, double: 0, violations: 0, seconds: 0 };
  rows.push(row);
  const began = performance.now();
  const all = Array.from({ length: row.lives }, (_, n): Kill => ({
    seed: first + n,
    at: n % 3 === 2 ? { ms: (n * 37) % 400 } : { point: 3 + (n * 13) % 260, how: n % 3 === 0 ? 'SIGKILL' : 'abort' },
  }));
  const worker = async (): Promise<void> => {
    for (let one = all.shift(); one !== undefined; one = all.shift()) {
      const error = await kill(one);
      row.single += 1;
      if (error === undefined) continue;
      row.violations += 1;
      failures.push(`killed, seed ${one.seed}, ${JSON.stringify(one.at)}: ${said(error)}`);
    }
  };
  await Promise.all([worker(), worker()]);
  row.seconds = (performance.now() - began) / 1_000;
}

function said(error: unknown): string { return error instanceof Error ? error.stack ?? error.message : String(error); }

function driverName(): string | undefined {
  try {
    const handle = loadDriver().open(':memory:');
    const { name } = (handle as object).constructor;
    handle.close();
    return name === 'DatabaseSync' ? 'node:sqlite' : 'syncUntil' in handle ? 'libsql' : 'better-sqlite3';
  } catch {
    console.error('There is no SQLite here: install libsql, or use Node 22.13 or later.');
    return undefined;
  }
}
