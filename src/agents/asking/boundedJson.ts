import { cutText } from '../../core/cutText.js';
import type { Json } from '../../core/json.js';

/** Characters that a string may have, tried one after the other until all fits. */
const STRINGS = [8_000, 1_000, 200, 40];

/** How deep it may go, and how many characters are left of what fits in no other way. */
const DEEPEST = 50;
const REST = 4_000;

/**
 * What goes into a tool as data that somebody may be shown: strings are cut, with a mark, until the JSON of all has at most `limit`
 * characters. What has too many parts for that is the beginning of its JSON as text.
 */
export function boundedJson(value: unknown, limit: number): Json {
  const all = jsonOf(value);
  for (const length of STRINGS) {
    const cut = cutStrings(all, length, 0);
    if (JSON.stringify(cut).length <= limit) return cut;
  }
  return cutText(JSON.stringify(all), Math.min(REST, limit - 2)).text;
}

/** What is no JSON is left out, as JSON does. */
function jsonOf(value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as Json;
  } catch (thrown) {
    return `[no JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}]`;
  }
}

function cutStrings(value: Json, length: number, depth: number): Json {
  if (typeof value === 'string') return cutText(value, length).text;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((part: Json) => cutStrings(part, length, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, part]) =>
    [cutText(name, length).text, cutStrings(part as Json, length, depth + 1)]));
}
