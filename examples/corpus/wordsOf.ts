const token = /[\p{L}\p{N}\p{M}_$]+/gu;
const part = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[^\p{Lu}\p{Ll}\p{N}_$]+|\p{N}+/gu;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * The words of a text, in lower case: an identifier counts as itself and as its parts.
 *
 * `_trimBuffer` gives `trimbuffer`, `trim` and `buffer`, so that a question in plain words finds it. Scripts without
 * spaces are cut into pairs of characters, the usual stand-in for a dictionary.
 *
 * @example
 * ```ts
 * wordsOf('the ReplaySubject'); // ['the', 'replaysubject', 'replay', 'subject']
 * ```
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [found] of text.matchAll(token)) {
    if (unspaced.test(found)) {
      const characters = Array.from(found);
      for (let i = 0; i < Math.max(characters.length - 1, 1); i++) words.push(characters.slice(i, i + 2).join(''));
      continue;
    }
    const whole = stem(found.replace(/[_$]+/g, ''));
    if (whole !== '') words.push(whole);
    const parts = partsOf(found);
    if (parts.length > 1) words.push(...parts.map(stem));
  }
  return words;
}

/** The parts that an identifier is put together from, as they are written. */
export function partsOf(identifier: string): readonly string[] {
  return identifier.match(part) ?? [];
}

/**
 * Lower case, and the plural gone: Harman's S-stemmer ("How effective is suffixing?", 1991), three rules that
 * never make a wrong word of a name, as the stronger stemmers do.
 */
function stem(word: string): string {
  const lower = word.toLowerCase();
  if (lower.length < 4 || !lower.endsWith('s') || /(us|ss|is)$/.test(lower)) return lower;
  if (lower.endsWith('ies')) return /[ae]ies$/.test(lower) ? lower : `${lower.slice(0, -3)}y`;
  if (lower.endsWith('es') && /[aeo]es$/.test(lower)) return lower;
  return lower.slice(0, -1);
}
