import { crc32 } from 'node:zlib';
import { Damage } from '../file/troubleOf.js';

/*
 * SQLite has no sums over its pages, so a bit that flips on a disk would be read as if it had been written. What is kept here is JSON with
 * a sum of its own. JSON it is as well because no driver gives every string back as it was: NUL and halves of characters go missing.
 */

/** A value as JSON, behind its sum in eight digits. */
export function seal(value: unknown): string {
  const json = JSON.stringify(value);
  return sumOf(json).toString(16).padStart(8, '0') + json;
}

/** What was sealed. */
export function unseal(text: unknown, what: string): unknown {
  if (typeof text !== 'string' || Number.parseInt(text.slice(0, 8), 16) !== sumOf(text.slice(8))) {
    throw new Damage(`${what} does not read as it was written`);
  }
  return JSON.parse(text.slice(8));
}

export const sumOf = (text: string): number => crc32(text);
