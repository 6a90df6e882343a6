import { capText } from './capText.js';
import { cleanText } from './cleanText.js';
import { NOT_JSON, readable } from './readable.js';

/** A result as text: itself where it is a string, else as JSON, else as JavaScript would print it. Never throws. */
export function summaryOf(result: unknown): { readonly text: string; readonly truncated: boolean } {
  return capText(typeof result === 'string' ? result : json(result));
}

function json(result: unknown): string {
  try {
    return JSON.stringify(result, clean) ?? String(result);
  } catch {
    return NOT_JSON;
  }
}

/** Strings are cleaned before JSON escapes what is to be cleaned away. */
function clean(key: string, value: unknown): unknown {
  const shown = readable(key, value);
  return typeof shown === 'string' ? cleanText(shown) : shown;
}
