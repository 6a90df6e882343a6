/** The last `length` characters at most; a cut leaves no half of one in front, nor what would have joined the rest to one before it. */
export function tailOf(text: string, length: number): string {
  let start = Math.max(0, text.length - length);
  if (start > 0) while (hangsOn(text.charCodeAt(start))) start += 1;
  return text.slice(start);
}

/** The second half of a character, and what belongs to the one before it. */
const hangsOn = (unit: number): boolean =>
  (unit & 0xfc00) === 0xdc00 || unit === 0x200c || unit === 0x200d || unit === 0xfe0e || unit === 0xfe0f;
