import { crc32 } from 'node:zlib';
import { textIn, type Bytes } from '../file/database.js';
import { Damage } from '../file/troubleOf.js';

/*
 * SQLite has no sums over its pages, so a bit that flips on a disk would be read as if it had been written. What is kept here is JSON with
 * a sum of its own. JSON it is as well because no driver gives every string back as it was: NUL and halves of characters go missing.
 */

/** A value as JSON, behind its sum in eight digits. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value);
  return mark(json) + json;
}

/** What was sealed. */
export const unseal = (bytes: Bytes, what: string): unknown => unsealText(textIn(bytes), what);

export function unsealText(text: string, what: string): unknown {
  const json = text.slice(8);
  if (json === '' || text.slice(0, 8) !== mark(json)) throw new Damage(`${what} does not read as it was written`);
  return JSON.parse(json);
}

const mark = (json: string): string => sumOf(json).toString(16).padStart(8, '0');

export const sumOf = (text: string): number => crc32(text);
