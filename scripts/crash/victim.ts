/**
 * A process that lives one life over a file of SQLite and is killed in it, by its own hand at a point, or by somebody else at any time.
 * What the outside saw is written down line by line, outside the store.
 */
import { openSync, writeSync } from 'node:fs';
import { sqlite } from '../../src/stores/sqlite/index.js';
import { Judge } from '../../test/support/crashes/judge.js';
import { Life } from '../../test/support/crashes/life.js';
import type { Medium } from '../../test/support/crashes/medium.js';
import { Random } from '../../test/support/crashes/random.js';

const [file = '', sights = '', seed = '1', at = '0', how = 'SIGKILL', commands = '40', durability = 'process'] = process.argv.slice(2);
const out = openSync(sights, 'a');
const medium: Medium = {
  store: sqlite(file, { durability: durability as 'process' | 'power' }), step: undefined, copy: () => medium, remove: () => undefined,
};
const judge = new Judge();
let written = 0;
let points = 0;
judge.point = () => {
  for (; written < judge.sights.length; written++) writeSync(out, `${JSON.stringify(judge.sights[written])}\n`);
  points += 1;
  if (points !== Number(at)) return;
  if (how === 'abort') process.abort();
  process.kill(process.pid, 'SIGKILL');
};
const life = new Life(medium, judge, new Random(Number(seed)), 1_000);
await life.open();
await life.live(Number(commands));
await life.finish();
