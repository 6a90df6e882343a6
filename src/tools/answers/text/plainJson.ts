import { NOT_JSON, readable } from './readable.js';

/** A value as plain JSON data, a sentence where it cannot be; nothing where there is nothing to show. Never throws. */
export function plainJson(value: unknown): unknown {
  try {
    const words = JSON.stringify(value, shown) as string | undefined;
    return words === undefined ? undefined : JSON.parse(words) as unknown;
  } catch {
    return NOT_JSON;
  }
}

/** By what stands there, and not by what its `toJSON` says: a Buffer's says each of its bytes. */
function shown(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = readable(this[key]);
  return own === this[key] ? readable(value) : own;
}
