/** What a session's `redact` makes of a text. */
export type Redact = (text: string) => string;

/**
 * A value with every string in it redacted: in lists and plain objects, as deep as they go, each looked at once. Everything else is what it
 * was; what cannot be read is withheld.
 */
export function redacted(value: unknown, redact: Redact): unknown {
  const seen = new Map<unknown, unknown>();
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return redact(one);
    const isList = Array.isArray(one);
    if (!isList && !isPlain(one)) return one;
    const known = seen.get(one);
    if (known !== undefined) return known;
    const made = isList ? [] : {};
    seen.set(one, made);
    for (const key of Object.keys(one as object)) {
      Object.defineProperty(made, key, {
        value: copy((one as Record<string, unknown>)[key]), enumerable: true, writable: true, configurable: true,
      });
    }
    return made;
  };
  try {
    return copy(value);
  } catch {
    return WITHHELD;
  }
}

/** What stands for a text that could not be redacted. */
export const WITHHELD = '[withheld: it could not be redacted]';

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === null || Object.getPrototypeOf(parent) === null;
}
