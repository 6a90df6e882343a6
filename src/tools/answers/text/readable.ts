import { isParts } from '../../../core/parts.js';
import { mediaLine } from '../media/partLine.js';
import { bytesOf } from './bytesOf.js';

/** Said in place of a result that holds itself, or cannot even be read. */
export const NOT_JSON = 'The result cannot be shown as JSON.';

/** What JSON would show as nothing, or could not show, shows what is in it; bytes are named, and files. */
export function readable(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (isParts(value)) return value.parts.map((part) => 'mediaType' in part ? mediaLine(part) : part);
  if (hasEntries(value)) return [...value];
  return value instanceof Error ? `${value.name}: ${value.message}` : bytesOf(value) ?? value;
}

/** Maps, sets, and what has its entries as they do: headers, the query of a URL, a form. */
const hasEntries = (value: object): value is Iterable<unknown> =>
  Symbol.iterator in value && !Array.isArray(value) && !ArrayBuffer.isView(value)
  && typeof (value as Partial<Map<unknown, unknown>>).entries === 'function';
