/**
 * Writes the last results of the matrices into the docs, between `<!-- matrix: agents -->` and `<!-- matrix end -->`, and the traffic of
 * what failed beside the specs, where the tables name it: `npm run matrix`, after `npm run test:agents` and `npm run test:hosts`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agents } from '../../test/support/agents/setups/index.js';
import { hosts } from '../../test/support/hosts/setups/index.js';
import { inspector } from '../../test/support/hosts/setups/inspector.js';
import { resultsFile } from '../../test/support/matrix/resultsFile.js';
import { tableOf } from '../../test/support/matrix/tableOf.js';

/** Characters of the longest text of an agent's own that is repeated: its prompts are its maker's. */
const LONGEST = 160;
const END = 40;

const shorten = (_key: string, value: unknown): unknown => typeof value === 'string' && value.length > LONGEST
  ? `[a text of ${value.length} characters, which ends: ${value.slice(-END)}]` : value;

/** What was said, a line for each, without the long texts that are the agent's own. */
function shortened(traffic: string): string {
  const parts = Object.entries(JSON.parse(traffic) as Record<string, readonly unknown[]>).map(([name, said]) =>
    ` ${JSON.stringify(name)}: [\n${said.map((each) => `  ${JSON.stringify(each, shorten)}`).join(',\n')}\n ]`);
  return `{\n${parts.join(',\n')}\n}`;
}

const ORDERS = { agents, hosts: [...hosts, inspector] };

for (const [name, columns] of Object.entries(ORDERS)) {
  const file = `build/matrix/${name}.json`;
  if (!existsSync(file)) {
    console.log(`Left as it is: docs/${name}.md, since there is no ${file}. Run: npm run test:${name}`);
    continue;
  }
  const results = resultsFile(file).read();
  const traffic = join('test/opt-in/traffic', name);
  rmSync(traffic, { recursive: true, force: true });
  for (const { traffic: each } of results.cells) {
    if (each === undefined) continue;
    mkdirSync(traffic, { recursive: true });
    writeFileSync(join(traffic, each), `${shortened(readFileSync(join('build/matrix', name, each), 'utf8'))}\n`);
  }
  const table = tableOf(results, columns.map(({ id }) => id), (each) => `[${each}](../${traffic}/${each})`);
  const page = `docs/${name}.md`;
  const before = readFileSync(page, 'utf8');
  const place = new RegExp(`(<!-- matrix: ${name} -->\n)[^]*?(<!-- matrix end -->)`);
  const after = before.replace(place, (_all, start: string, end: string) => `${start}\n${table}\n\n${end}`);
  if (!after.includes(table)) throw new Error(`${page} has no place for the table: <!-- matrix: ${name} --> and <!-- matrix end -->.`);
  writeFileSync(page, after);
  console.log(`${page}: ${results.cells.length} cells, ${results.cells.filter(({ mark }) => mark === '✗').length} ✗`);
}
