import { capText } from './capText.js';
import { cleanText } from './cleanText.js';

/** A result as text: itself where it is a string, else as JSON, else as JavaScript would print it. Never throws. */
export function summaryOf(result: unknown): { readonly text: string; readonly truncated: boolean } {
  return capText(typeof result === 'string' ? result : json(result));
}

function json(result: unknown): string {
  try {
    return JSON.stringify(result, readable) ?? String(result);
  } catch {
    return 'The result cannot be shown as JSON.';
  }
}

/** Strings are cleaned before JSON escapes what is to be cleaned away; what JSON would show as nothing shows what is in it. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map || value instanceof Set) return [...value] as unknown[];
  if (value instanceof Error) return cleanText(`${value.name}: ${value.message}`);
  return typeof value === 'string' ? cleanText(value) : value;
}
