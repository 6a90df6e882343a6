/** Longer words are no slips of the pen. */
const LONGEST = 40;

/** The one of the names that was probably meant, where so few slips explain it that no other one is as near. */
function nearest(word: string, names: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const far = names.map((name) => ({ name, slips: slipsBetween(word.toLowerCase(), name.toLowerCase()) }));
  const least = Math.min(...far.map(({ slips }) => slips));
  const near = far.filter(({ slips }) => slips === least);
  return near.length === 1 && least <= Math.max(1, Math.floor(word.length / 4)) ? near[0]!.name : undefined;
}

/** In brackets which of the names was probably meant, for behind a word that is none of them; nothing where that is not clear. */
export function meant(word: string, names: readonly string[], quote = ''): string {
  const near = nearest(word, names);
  return near === undefined ? '' : ` (did you mean ${quote}${near}${quote}?)`;
}

/** Letters to be added, taken away, changed, or to change places with the next. */
function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const plain = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + same);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = isSwap ? Math.min(plain, before[j - 2]! + 1) : plain;
    }
    [before, last] = [last, row];
  }
  return last[other.length]!;
}
