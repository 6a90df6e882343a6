import { isPlain } from './isPlain.js';

/** Makes of a value the same with every string in it redacted, and never throws. */
export type Redact = <T>(value: T) => T;

/**
 * What stands in place of every string in lists and plain objects, as deep as they go, each looked at once. Everything else is what it was;
 * what cannot be read or redacted is withheld.
 */
export const redacting = (redact: (text: string) => unknown): Redact => <T>(value: T): T => {
  const seen = new Map<object, object>();
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') {
      const safe = redact(one);
      if (typeof safe === 'string') return safe;
      throw safe;
    }
    if (!isPlain(one)) return one;
    let made = seen.get(one);
    if (made === undefined) {
      seen.set(one, made = Array.isArray(one) ? [] : {});
      for (const [key, part] of Object.entries(one)) {
        Object.defineProperty(made, key, { value: copy(part), enumerable: true, writable: true, configurable: true });
      }
    }
    return made;
  };
  try {
    return copy(value) as T;
  } catch {
    return '[withheld: redact failed]' as T;
  }
};
