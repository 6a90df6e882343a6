/** The first half of a character, and what joins one to the next: at an end of a cut they have nothing to join. */
const JOINS = /[\ud800-\udbff\u200c\u200d\ufe0e\ufe0f]/;

/** The first `length` characters at most; a cut leaves no half of one behind, nor what would have joined it to the next. */
export function headOf(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = Math.max(0, length);
  while (end > 0 && JOINS.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/**
 * A text shortened to `length` characters, the mark that says how many are gone included, in memory of its own. The one way in which
 * anything is cut to its head, in all rooms.
 *
 * ```
 * cutText('x'.repeat(600), 500) → { text: 'xxx…xxx… [+112]', cut: 112 }
 * ```
 *
 * @param gone - how much of it was left out before
 */
export function cutText(text: string, length: number, gone = 0): { readonly text: string; readonly cut: number } {
  const all = text.length + gone;
  if (all <= length) return { text, cut: 0 };
  // Two digits more may be gone than by the length alone, if the mark is long.
  const room = length - `… [+${all - length}]`.length - 2;
  const head = headOf(text, room > 0 ? room : length - 1);
  const cut = all - head.length;
  return { text: [head, room > 0 ? `… [+${cut}]` : '…'].join(''), cut };
}
