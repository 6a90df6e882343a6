import type { Cell, MatrixResults } from './results.js';

/**
 * The results as a table in Markdown: a row for each capability, a column for each subject, and below it what there is to say of a cell.
 *
 * @param order - ids of the subjects, from left to right
 * @param linkTo - where the traffic of a failure is to be had, by the name of its file
 */
export function tableOf(
  { platform, subjects, capabilities, cells }: MatrixResults, order: readonly string[], linkTo: (file: string) => string = (file) => file,
): string {
  const columns = order.flatMap((id) => subjects.find((each) => each.id === id) ?? []);
  const notes: string[] = [];
  const noteOf = (cell: Cell): string => {
    const { note, traffic } = cell;
    if (note === undefined && traffic === undefined) return '';
    const words = [note ?? [], traffic === undefined ? [] : `What was said: ${linkTo(traffic)}`].flat().join(' ');
    if (!notes.includes(words)) notes.push(words);
    return ` ${notes.indexOf(words) + 1}`;
  };
  const rows = capabilities.map(({ id, title }) => [title, ...columns.map((subject) => {
    const cell = cells.find((each) => each.subject === subject.id && each.capability === id);
    return cell === undefined ? 'not run' : `${cell.mark}${noteOf(cell)}`;
  })]);
  const days = [...new Set(cells.map(({ at }) => at.slice(0, 10)))].sort();
  const head = ['', ...columns.map(({ name, version, node }) => {
    const runsOn = node === undefined ? '' : ` (Node ${node.split('.').at(0) ?? ''})`;
    return `${name} ${version}${runsOn}`;
  })];
  const line = (fields: readonly string[]): string => `| ${fields.join(' | ')} |`;
  return [
    `Seen ${[...new Set([days.at(0), days.at(-1)])].join(' to ')}; ${platform}. ✓ seen, ✗ failed, – does not apply; the numbers are notes.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    ...notes.length === 0 ? [] : ['', ...notes.map((words, n) => `${n + 1}. ${words}`)],
  ].join('\n');
}
