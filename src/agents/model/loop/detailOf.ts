import { cutText, headOf } from '../../../core/cutText.js';

/** Characters of what went into a tool, or came out of it, that an event shows. */
const MAX_DETAIL = 200;

/** What a tool was given or has answered, in one short line. */
export function detailOf(value: unknown): string {
  const words = value instanceof Error ? `failed: ${value.message}` : typeof value === 'string' ? value : json(value);
  // Of a megabyte no more is read than could be shown.
  const read = headOf(words, 20 * MAX_DETAIL);
  return cutText(read.replace(/\s+/g, ' ').trim(), MAX_DETAIL, words.length - read.length).text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // A cycle, or a bigint.
    return String(value);
  }
}
