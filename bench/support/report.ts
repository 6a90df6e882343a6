import type { Finding } from './runBench.js';

/** A row as a line of JSON; `must` and `aim` say with their sign which side is the good one. */
export const asJson = ({ row, ratio, spread, ok }: Finding): string => JSON.stringify({
  name: row.name,
  ratio: rounded(ratio),
  spread: spread.map(rounded),
  must: row.must === null ? null : `${row.wanted} ${row.must}`,
  aim: row.aim === null ? null : `${row.wanted} ${row.aim}`,
  ok,
});

const COLUMNS = [34, 11, 15, 9, 9, 8] as const;

export const heading = (): string => columns(['what', 'ratio', 'p10–p90', 'must', 'aim', 'met']);

/** A row for people: the numbers, and below them what they are made of. */
export function asText({ row, ratio, spread, ok, figures }: Finding): string {
  const number = (value: number): string => row.unit === 'B' ? `${Math.round(value)} B` : `${value.toFixed(2)}×`;
  const sign = row.wanted === '>=' ? '≥' : '≤';
  const bound = (value: number | null): string => value === null ? '–' : `${sign} ${value}${row.unit === 'B' ? ' B' : '×'}`;
  const aimed = row.aim !== null && (row.wanted === '>=' ? ratio >= row.aim : ratio <= row.aim);
  const met = ok === null ? '' : !ok ? 'NO' : aimed ? 'yes, aim' : 'yes';
  const spreadText = `${number(spread[0]).replace(/ B|×/, '')}–${number(spread[1]).replace(/ B|×/, '')}`;
  return [
    columns([row.name, number(ratio), spreadText, bound(row.must), bound(row.aim), met]),
    `    ${row.peer}${figures === '' ? '' : `: ${figures}`}`,
  ].join('\n');
}

const columns = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(COLUMNS[at] ?? 0)).join(' ').trimEnd();

const rounded = (value: number): number => Number(value.toPrecision(4));
