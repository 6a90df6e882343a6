import type { Bench, Measurement, Row } from './bench.js';
import { runVariant } from './runVariant.js';
import { median, quantile, shuffled } from './statistics.js';

/** What came of one row. */
export interface Finding {
  readonly row: Row;
  readonly ratio: number;
  /** Of the rounds, from the tenth to the ninetieth in a hundred. */
  readonly spread: readonly [number, number];
  /** Whether the *must* is met; `null` where there is none. */
  readonly ok: boolean | null;
  readonly figures: string;
}

/** Runs every variant once in each round, in an order that is drawn anew, and makes the rows of what they measured. */
export function runBench(entry: string, bench: Bench, wanted: readonly Row[], quick: boolean): readonly Finding[] {
  const rounds: Record<string, Measurement>[] = [];
  for (let round = 0; round < (quick ? 1 : bench.rounds); round++) {
    const measured: Record<string, Measurement> = {};
    for (const variant of shuffled(Object.keys(bench.variants))) measured[variant] = runVariant(entry, bench.name, variant, quick);
    rounds.push(measured);
  }
  const medians = mediansOf(rounds);
  return wanted.map((row) => {
    const ratios = rounds.map((round) => row.ratio(round));
    const ratio = median(ratios);
    return {
      row,
      ratio,
      spread: [quantile(ratios, 0.1), quantile(ratios, 0.9)],
      ok: row.must === null ? null : row.wanted === '>=' ? ratio >= row.must : ratio <= row.must,
      figures: row.figures?.(medians) ?? '',
    };
  });
}

function mediansOf(rounds: readonly Record<string, Measurement>[]): Record<string, Measurement> {
  const [first = {}] = rounds;
  return mapValues(first, (measurement, variant) =>
    mapValues(measurement, (_, name) => median(rounds.map((round) => round[variant]?.[name] ?? NaN))));
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
