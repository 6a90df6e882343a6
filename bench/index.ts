import { fileURLToPath } from 'node:url';
import { asJson, asText, heading } from './support/report.js';
import type { Bench, Row, Scale } from './support/bench.js';
import { runBench } from './support/runBench.js';

/*
 * npm run bench -- [--json] [--quick] [NAME...]
 *
 * Runs every bench, or those whose name, or one of whose rows, begins with a NAME. `--json` prints a JSON line a row and nothing else.
 * `--quick` only sees that everything runs. Ends with 1 where a *must* is not met.
 */

/** A variant's process loads its own bench alone: with all of them loaded, a line into a full ReplaySubject took 240 ns instead of 800. */
const BENCHES = {
  'full-window': async () => (await import('./fullWindow.js')).fullWindow,
  'tokens': async () => (await import('./tokens.js')).tokens,
  'endless-line': async () => (await import('./endlessLine.js')).endlessLine,
  'line-memory': async () => (await import('./lineMemory.js')).lineMemory,
  'spawn': async () => (await import('./spawn.js')).spawn,
  'live-tasks': async () => (await import('./liveTasks.js')).liveTasks,
  'check-and-list': async () => (await import('./checkAndList.js')).checkAndList,
  'cancel': async () => (await import('./cancel.js')).cancel,
  'late-observer': async () => (await import('./lateObserver.js')).lateObserver,
  'slots': async () => (await import('./slots.js')).slots,
  'wrapped': async () => (await import('./wrapped.js')).wrapped,
  'tool-calls': async () => (await import('./toolCalls.js')).toolCalls,
} as unknown as Readonly<Record<string, () => Promise<Bench>>>;

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const json = args.includes('--json');

if (args[0] === '--variant') await measure(args[1] ?? '');
else await compare(args.filter((arg) => !arg.startsWith('--')));

/** In a process of its own: one variant, and its measurement on stdout. */
async function measure(path: string): Promise<void> {
  const [name = '', variant = ''] = path.split('/');
  const scale: Scale = { quick, of: (count) => quick ? Math.ceil(count / 10) : count };
  const bench = await BENCHES[name]?.();
  const measured = await bench?.variants[variant]?.(scale);
  process.stdout.write(JSON.stringify(measured), () => process.exit());
}

async function compare(names: readonly string[]): Promise<void> {
  const benches = await Promise.all(Object.values(BENCHES).map((load) => load()));
  const wantedOf = (bench: Bench): readonly Row[] => bench.rows.filter((row) =>
    names.length === 0 || names.some((name) => bench.name.startsWith(name) || row.name.startsWith(name)));
  if (!benches.some((bench) => wantedOf(bench).length > 0)) {
    console.error(`No bench of that name. There are: ${benches.map((bench) => bench.name).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  if (!json) console.log(heading());
  for (const bench of benches) {
    const wanted = wantedOf(bench);
    if (wanted.length === 0) continue;
    for (const finding of runBench(fileURLToPath(import.meta.url), bench, wanted, quick)) {
      console.log(json ? asJson(finding) : asText(finding));
      if (finding.ok === false && !quick) process.exitCode = 1;
    }
  }
}
