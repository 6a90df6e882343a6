import type { Kind } from './check.js';
import { isSchema, readBySchema, type StandardSchema } from './standardSchema.js';

export const A_SCHEMA: Kind = [isSchema, 'the object of a schema library, such as z.object()'];

/**
 * What a schema makes of a result; where it does not take it, a sentence with the path. A text that it does not take is read as JSON,
 * also where that stands in the one fence of the text, as models write it.
 */
export function readResult<O>(schema: StandardSchema<O>, value: unknown): { readonly value: O } | string {
  const read = readBySchema(schema, value, 'result');
  if (typeof read !== 'string' || typeof value !== 'string') return read;
  const [, fenced, ...after] = value.split('```');
  for (const words of after.length === 1 ? [value, fenced!.replace(/^json/i, '')] : [value]) {
    try {
      return readBySchema(schema, JSON.parse(words), 'result');
    } catch { /* It is no JSON. */ }
  }
  return `${read} It is a text, and no JSON.`;
}
