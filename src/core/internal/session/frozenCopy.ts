import { isPlain } from '../output/isPlain.js';

/**
 * A copy of plain data that nobody can change, neither whoever gave it nor whoever was given it. Lists and plain objects are copied,
 * each getter being asked once; anything else, such as a function or an instance of a class, is shared as it is.
 */
export const frozenCopy = <T extends object>(value: T): T => copyOf(value, new Map());

function copyOf<T extends object>(value: T, copies: Map<object, object>): T {
  // Not by spreading: V8 gives each copy that is spread and then frozen a hidden class of its own, of 120 B.
  const copy: T = Array.isArray(value) ? [...value] as unknown as T : Object.fromEntries(Object.entries(value)) as T;
  copies.set(value, copy);
  for (const key of Object.keys(copy)) {
    const part = copy[key as keyof T] as unknown;
    if (!isPlain(part)) continue;
    // Not by an assignment, which `__proto__` takes for another.
    Object.defineProperty(copy, key, { value: copies.get(part) ?? copyOf(part, copies), enumerable: true });
  }
  return Object.freeze(copy);
}
