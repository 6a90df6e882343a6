/**
 * Prints the figures that are promised, one by one: `npm run figures`, or with names, `npm run figures -- cancels flood`. They are about
 * what is left, lost or doubled, so there is no peer to compare with; each stands beside what it must be.
 */
import { budgets } from './budgets.js';
import { cancels } from './cancels.js';
import { compose } from './compose.js';
import { conformance } from './conformance.js';
import { endings } from './endings.js';
import { flood } from './flood.js';
import { hearing } from './hearing.js';
import { inARow } from './inARow.js';
import { inbox } from './inbox.js';
import { linear } from './linear.js';
import { load } from './load.js';
import { matrix } from './matrix.js';
import { nomads } from './nomads.js';
import { questions } from './questions.js';
import { reasons } from './reasons.js';
import { restarts } from './restarts.js';
import { sandboxed } from './sandboxed.js';
import { seats } from './seats.js';
import { starts } from './starts.js';
import { stores } from './stores.js';
import { survivors } from './survivors.js';
import { toolset } from './toolset.js';

const all = {
  survivors, nomads, sandboxed, starts, reasons, cancels, flood, inARow, inbox, hearing, restarts, endings, toolset, linear, seats,
  conformance, matrix, load, stores, compose, budgets, questions,
};
const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(all, name));
if (unknown !== undefined) {
  console.error(`There is no figure called ${unknown}. There are: ${Object.keys(all).join(', ')}.`);
  process.exit(2);
}

for (const [name, figures] of Object.entries(all)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for await (const { what, seen, must, holds } of figures()) {
    console.log(`${holds ? 'holds ' : 'FAILS '} ${what}: ${seen} (must be ${must})`);
    if (!holds) process.exitCode = 1;
  }
}
