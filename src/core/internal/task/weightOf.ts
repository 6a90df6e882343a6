/**
 * Roughly how many bytes a result keeps. A string counts two for each character. Of a long list the first so many parts are looked at,
 * of the lists in it fewer, and the rest is taken to be like them: so it costs little however large the result is. Never throws.
 */
export function weightOf(value: unknown, most = 100, depth = 12): number {
  if (typeof value === 'string') return 2 * value.length;
  if (typeof value !== 'object' || value === null || depth === 0) return 8;
  try {
    const { byteLength } = value as { readonly byteLength?: unknown };
    if (typeof byteLength === 'number') return byteLength;
    const parts: Iterable<unknown> = Array.isArray(value) || value instanceof Map || value instanceof Set ? value : Object.values(value);
    const { length, size = 0 } = parts as Partial<Record<'length' | 'size', number>>;
    let looked = 0;
    let bytes = 0;
    for (const part of parts) {
      if (looked >= most) break;
      looked += 1;
      bytes += 16 + weightOf(part, Math.max(1, most / 4), depth - 1);
    }
    return 32 + bytes * ((length ?? size) / Math.max(1, looked));
  } catch {
    return 32;
  }
}
