/** Parts that are looked at in all, and of one list. */
const MOST = 1_000;
const OF_A_LIST = 100;

/**
 * Roughly how many bytes a result keeps. A string counts two for each character. Of a long list the first parts are looked at and the rest
 * is taken to be like them; the fields of an object are no sample of one another, so all are, as long as there is no end of them. So it
 * costs little however large the result is. Never throws.
 */
export function weightOf(value: unknown): number {
  let left = MOST;
  const listOf = (parts: Iterable<unknown>, length: number): number => {
    let looked = 0;
    let bytes = 0;
    for (const part of parts) {
      if (looked >= OF_A_LIST || left <= 0) break;
      looked += 1;
      bytes += 16 + of(part);
    }
    return 32 + bytes * (length / Math.max(1, looked));
  };
  const of = (part: unknown): number => {
    left -= 1;
    if (typeof part === 'string') return 2 * part.length;
    if (typeof part !== 'object' || part === null || left <= 0) return 8;
    const { byteLength, message } = part as { readonly byteLength?: number; readonly message?: unknown };
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) return byteLength!;
    if (Array.isArray(part)) return listOf(part, part.length);
    if (part instanceof Map || part instanceof Set) return listOf(part, part.size);
    const keys = Object.keys(part);
    let looked = 0;
    let bytes = typeof message === 'string' ? 2 * message.length : 0;
    for (const key of keys) {
      if (left <= 0) break;
      looked += 1;
      bytes += 16 + 2 * key.length + of((part as Record<string, unknown>)[key]);
    }
    return 32 + bytes * (keys.length / Math.max(1, looked) || 1);
  };
  try {
    return of(value);
  } catch {
    return 32;
  }
}
