/**
 * Damages files of stores in thousands of ways, opens each, and counts what came of it: `node --import tsx scripts/crash/damage.ts`. A file
 * may be whole, be as it was at an earlier commit, or be refused. Anything else is wrong, and none may be.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  remainsOf, verdictOn, woundsOfClosed, woundsOfKilled, type Remains, type Verdict, type Wound,
} from '../../test/support/stores/damage.js';

const FLIPS = Number(process.argv[2] ?? 1_200);

const directory = mkdtempSync(join(tmpdir(), 'sidestream-damage-'));
let cases = 0;
let wrong = 0;

async function judge(what: string, remains: Remains, wounds: Iterable<Wound>): Promise<void> {
  const seen: Record<Verdict, number> = { whole: 0, older: 0, refused: 0, wrong: 0 };
  for (const wound of wounds) {
    cases += 1;
    const verdict = await verdictOn(remains, wound, join(directory, `case-${cases}`));
    seen[verdict] += 1;
    if (verdict === 'wrong') console.log(`WRONG: ${what}, ${wound.what}`);
  }
  wrong += seen.wrong;
  console.log(`${what}: ${Object.entries(seen).map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`);
}

try {
  const killed = await remainsOf(join(directory, 'killed'), 'killed');
  const other = await remainsOf(join(directory, 'other'), 'killed', 2);
  const closed = await remainsOf(join(directory, 'closed'), 'closed');
  await judge('the owner was killed', killed, woundsOfKilled(killed, other, 512, FLIPS / 2));
  await judge('it was closed in order', closed, woundsOfClosed(closed, 512, FLIPS));
  console.log(`${wrong === 0 ? 'holds ' : 'FAILS '} files opened wrongly in silence, of ${cases} that were damaged: ${wrong} (must be 0)`);
  if (wrong > 0 || cases < 2_000) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
}
