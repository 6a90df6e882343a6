import { fileURLToPath } from 'node:url';
import { cancel } from './cancel.js';
import { checkAndList } from './checkAndList.js';
import { endlessLine } from './endlessLine.js';
import { fullWindow } from './fullWindow.js';
import { lateObserver } from './lateObserver.js';
import { lineMemory } from './lineMemory.js';
import { liveTasks } from './liveTasks.js';
import { spawn } from './spawn.js';
import { asJson, asText, heading } from './support/report.js';
import type { Bench, Row, Scale } from './support/bench.js';
import { runBench } from './support/runBench.js';
import { tokens } from './tokens.js';
import { toolCalls } from './toolCalls.js';

/*
 * npm run bench -- [--json] [--quick] [NAME...]
 *
 * Runs every bench, or those whose name, or one of whose rows, begins with a NAME. `--json` prints a JSON line a row and nothing else.
 * `--quick` only sees that everything runs. Ends with 1 where a *must* is not met.
 */

const BENCHES = [
  fullWindow, tokens, endlessLine, lineMemory, spawn, liveTasks, checkAndList, cancel, lateObserver, toolCalls,
] as unknown as readonly Bench[];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const json = args.includes('--json');

if (args[0] === '--variant') await measure(args[1] ?? '');
else compare(args.filter((arg) => !arg.startsWith('--')));

/** In a process of its own: one variant, and its measurement on stdout. */
async function measure(path: string): Promise<void> {
  const [name, variant = ''] = path.split('/');
  const scale: Scale = { quick, of: (count) => quick ? Math.ceil(count / 10) : count };
  const measured = await BENCHES.find((bench) => bench.name === name)?.variants[variant]?.(scale);
  process.stdout.write(JSON.stringify(measured), () => process.exit());
}

function compare(names: readonly string[]): void {
  const wantedOf = (bench: Bench): readonly Row[] => bench.rows.filter((row) =>
    names.length === 0 || names.some((name) => bench.name.startsWith(name) || row.name.startsWith(name)));
  if (!BENCHES.some((bench) => wantedOf(bench).length > 0)) {
    console.error(`No bench of that name. There are: ${BENCHES.map((bench) => bench.name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  if (!json) console.log(heading());
  for (const bench of BENCHES) {
    const wanted = wantedOf(bench);
    if (wanted.length === 0) continue;
    for (const finding of runBench(fileURLToPath(import.meta.url), bench, wanted, quick)) {
      console.log(json ? asJson(finding) : asText(finding));
      if (finding.ok === false && !quick) process.exitCode = 1;
    }
  }
}
