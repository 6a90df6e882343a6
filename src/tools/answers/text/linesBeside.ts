/** How a line that was cut says so. */
const CUT = /^(.*)… \[\+(\d+)\]$/s;

/**
 * The last lines that are worth showing beside a result: all, where the result is the last of them; else so many, without those at the end
 * that the result says again. Nobody reads an answer twice.
 */
export function linesBeside(result: unknown, lines: readonly string[], most: number): readonly string[] {
  if (typeof result !== 'string') return tail(lines, most);
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  if (endOf(last, result, 0) === result.length) return lines;
  const shown = tail(lines, most);
  let left = shown.length;
  for (let end = result.length; left > 0; left--) {
    while (end > 0 && result.charCodeAt(end - 1) <= 0x20) end -= 1;
    const line = shown[left - 1]!.trim();
    const from = end - lengthOf(line);
    if (from < 0 || endOf(line, result, from) !== end) break;
    end = from;
  }
  return shown.slice(0, left);
}

const tail = (lines: readonly string[], most: number): readonly string[] => lines.slice(Math.max(0, lines.length - most));

/** How long a line was before it was cut. */
function lengthOf(line: string): number {
  const [, kept, gone] = CUT.exec(line) ?? [];
  return kept === undefined ? line.length : kept.length + Number(gone);
}

/** Where a line ends in a text in which it begins at `from`; -1 where another stands there. */
function endOf(line: string, text: string, from: number): number {
  const kept = CUT.exec(line)?.[1] ?? line;
  return text.startsWith(kept, from) ? from + lengthOf(line) : -1;
}
