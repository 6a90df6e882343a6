import { isParts, partsAgain } from '../../parts.js';
import { isPlain } from './isPlain.js';

/** Makes of a value the same with every string in it redacted, and never throws. */
export type Redact = <T>(value: T) => T;

/**
 * What stands in place of every string in lists, maps, sets, parts and plain objects, names of fields included, as deep as they go, each
 * looked at once. Everything else is what it was; what cannot be read or redacted is withheld.
 */
export const redacting = (redact: (text: string) => unknown): Redact => <T>(value: T): T => {
  const seen = new Map<object, object>();
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') {
      const safe = redact(one);
      if (typeof safe === 'string') return safe;
      throw safe;
    }
    if (one instanceof Map) return new Map(copy([...one]) as [unknown, unknown][]);
    if (one instanceof Set) return new Set(copy([...one]) as unknown[]);
    if (isParts(one)) return partsAgain(copy(one.parts) as typeof one.parts);
    if (!isPlain(one)) return one;
    let made = seen.get(one);
    if (made === undefined) {
      const isList = Array.isArray(one);
      seen.set(one, made = isList ? [] : {});
      for (const [key, part] of Object.entries(one)) {
        const name = isList ? key : copy(key) as string;
        Object.defineProperty(made, name, { value: copy(part), enumerable: true, writable: true, configurable: true });
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
