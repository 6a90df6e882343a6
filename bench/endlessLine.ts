import { LineSplitter } from '../src/core/internal/output/lineSplitter.js';
import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuPerOperation, heapInUseNow } from './support/measure.js';

const MEGABYTE = 1_000_000;
const MAX_LINE = 65_536;

const SIZES = { '4 B': 4, '1 KiB': 1_024, '64 KiB': 65_536, 'whole': Infinity } as const;
type Size = keyof typeof SIZES;
type Length = 1 | 10;
type Name = `${Length} MB in ${Size}`;

/** So many megabytes without a newline. */
const endless = (megabytes: number): Buffer => Buffer.alloc(megabytes * MEGABYTE, 'what a model says when it forgets to breathe ');

/** The time of the splitter alone, and what it keeps at its worst moment when the chunks are made as they come. */
const through = (megabytes: Length, size: Size): Variant => async (scale) => {
  const bytes = endless(scale.quick ? megabytes / 4 : megabytes);
  const step = Math.min(SIZES[size], bytes.length);
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += step) chunks.push(bytes.toString('latin1', at, at + step));

  let length = 0;
  const splitter = new LineSplitter(MAX_LINE, (line) => { length = (length + line.length) | 0; });
  const cpu = await cpuPerOperation(1, () => {
    for (let n = 0; n < chunks.length; n++) splitter.push(chunks[n]!);
    splitter.flush();
    return length;
  }, megabytes === 1 ? 15 : 5);

  chunks.length = 0;
  let peak = 0;
  const before = heapInUseNow();
  // Not at multiples of a line's length: the worst moment is just before a line is broken up.
  const looks = Array.from({ length: 24 }, (_, n) => Math.floor((n + 1) * 0.973 * bytes.length / 24 / step));
  for (let at = 0, n = 0; at < bytes.length; at += step, n++) {
    splitter.push(bytes.toString('latin1', at, at + step));
    if (n === looks[0]) {
      looks.shift();
      peak = Math.max(peak, heapInUseNow() - before);
    }
  }
  splitter.flush();
  return { cpu, peak, length };
};

const names = Object.keys(SIZES) as Size[];

const variants = Object.fromEntries(names.flatMap((size) => ([1, 10] as const).map((megabytes) =>
  [`${megabytes} MB in ${size}`, through(megabytes, size)]))) as unknown as Record<Name, Variant>;

const ms = (measurement: Measurement): string => `${(measurement['cpu']! / 1e6).toFixed(1)} ms`;
const kb = (measurement: Measurement): string => `${(measurement['peak']! / 1e3).toFixed(0)} kB`;

const rows = names.flatMap((size): Row<Name>[] => [
  {
    name: `endless-line: ${size}`, wanted: '<=', must: 13, aim: 10.5, unit: '×',
    peer: `10 MB without a newline / 1 MB of the same, in chunks of ${size}`,
    ratio: (round) => round[`10 MB in ${size}`]['cpu']! / round[`1 MB in ${size}`]['cpu']!,
    figures: (medians) => `${ms(medians[`10 MB in ${size}`])} / ${ms(medians[`1 MB in ${size}`])}`,
  },
  {
    name: `endless-line: memory, ${size}`, wanted: '<=', must: 1_000_000, aim: null, unit: 'B',
    peer: `the most that the splitter keeps alive on 10 MB, in chunks of ${size}`,
    ratio: (round) => round[`10 MB in ${size}`]['peak']!,
    figures: (medians) => `${kb(medians[`10 MB in ${size}`])}, of 1 MB ${kb(medians[`1 MB in ${size}`])}`,
  },
]);

export const endlessLine: Bench<Name> = { name: 'endless-line', rounds: 3, variants, rows };
