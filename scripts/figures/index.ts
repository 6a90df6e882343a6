/**
 * Prints the figures of real children, one by one: `npm run figures`, or with names, `npm run figures -- cancels flood`.
 * They are about processes and their ends, so there is no peer to compare with; each stands beside what it must be.
 */
import { cancels } from './cancels.js';
import { flood } from './flood.js';
import { inARow } from './inARow.js';
import { survivors } from './survivors.js';

const all = { survivors, cancels, flood, inARow };
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
