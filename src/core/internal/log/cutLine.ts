/**
 * A line shortened to `length` characters, the mark of the cut included. Never parts a surrogate pair.
 *
 * ```
 * cutLine('x'.repeat(600), 500) → { text: 'xxx…xxx… [+112]', cut: 112 }
 * ```
 */
export function cutLine(line: string, length: number): { readonly text: string; readonly cut: number } {
  let mark = `… [+${line.length - length}]`;
  let keep = Math.max(0, length - mark.length - 2);
  if (keep === 0) [mark, keep] = ['…', Math.max(0, length - 1)];
  const last = line.charCodeAt(keep - 1);
  if (last >= 0xd800 && last < 0xdc00) keep -= 1;
  const cut = line.length - keep;
  return { text: [line.slice(0, keep), mark === '…' ? mark : `… [+${cut}]`].join(''), cut };
}
