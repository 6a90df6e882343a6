import { bytesOf } from './bytesOf.js';

/** Said in place of a result that holds itself, or cannot even be read. */
export const NOT_JSON = 'The result cannot be shown as JSON.';

/** What JSON would show as nothing, or could not show, shows what is in it; bytes are named. */
export function readable(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map || value instanceof Set) return [...value] as unknown[];
  return value instanceof Error ? `${value.name}: ${value.message}` : bytesOf(value) ?? value;
}
