import { isPlain } from '../output/isPlain.js';

/**
 * A copy of plain data that nobody can change, neither whoever gave it nor whoever was given it. Lists and plain objects are copied,
 * each getter being asked once; of dates, maps and sets whoever was given them has copies of its own. Anything else, such as a function or
 * an instance of a class, is shared as it is.
 */
export const frozenCopy = <T extends object>(value: T): T => copyOf(value, undefined);

// Not by spreading: V8 gives each copy that is spread and then frozen a hidden class of its own, of 120 B.
function copyOf<T extends object>(value: T, known: Map<object, object> | undefined): T {
  const copy = (Array.isArray(value) ? [...value] : {}) as Record<string, unknown>;
  known?.set(value, copy);
  for (const key of Object.keys(value)) {
    let part = (value as Record<string, unknown>)[key];
    if (isPlain(part)) {
      known ??= new Map([[value, copy]]);
      part = known.get(part) ?? copyOf(part, known);
    } else if (part instanceof Date || part instanceof Map || part instanceof Set) {
      part = cloneOf(part);
    }
    // An assignment takes `__proto__` for another thing.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: part, enumerable: true });
    else copy[key] = part;
  }
  return Object.freeze(copy) as T;
}

/** Itself where something in it cannot be cloned, such as a function. */
function cloneOf<T>(value: T): T {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}
