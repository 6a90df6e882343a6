import { NOT_JSON, readable } from './readable.js';

/** A value as plain JSON data, a sentence where it cannot be; nothing where there is nothing to show. Never throws. */
export function plainJson(value: unknown): unknown {
  try {
    const words = JSON.stringify(value, readable) as string | undefined;
    return words === undefined ? undefined : JSON.parse(words) as unknown;
  } catch {
    return NOT_JSON;
  }
}
