import { cutText } from '../../core/cutText.js';

/** Characters of what went into a tool, or came out of it, that an event shows. */
const MAX_DETAIL = 200;

/** What a tool was given or has answered, in one short line. */
export function detailOf(value: unknown): string {
  const words = value instanceof Error ? `failed: ${value.message}` : typeof value === 'string' ? value : json(value);
  const line = words.replace(/\s+/g, ' ').trim();
  return cutText(line, MAX_DETAIL).text;
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // A cycle, or a bigint.
    return String(value);
  }
}
