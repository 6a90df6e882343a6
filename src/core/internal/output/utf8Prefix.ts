/**
 * How far a string can be read before it takes more than `maxBytes` of UTF-8 or `maxUnits` of UTF-16. A surrogate pair is taken whole or
 * not at all, but one code point is always taken; a lone surrogate counts as the three bytes of its replacement.
 */
export function utf8Prefix(words: string, maxBytes: number, maxUnits: number): { readonly end: number; readonly bytes: number } {
  let bytes = 0;
  let end = 0;
  while (end < words.length) {
    const point = words.codePointAt(end)!;
    const units = point > 0xffff ? 2 : 1;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : 2 + units;
    if ((bytes + size > maxBytes || end + units > maxUnits) && end > 0) break;
    bytes += size;
    end += units;
  }
  return { end, bytes };
}
