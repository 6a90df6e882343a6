import { cutText } from '../../cutText.js';
import { describeValue } from '../../describeValue.js';
import type { Ending } from '../../events.js';
import type { Json } from '../../json.js';
import type { KeptEnding, KeptForm } from '../../store.js';
import { jsonProblem } from './jsonProblem.js';

/** Bytes of a result that are kept as such. */
const MAX_BYTES = 8_388_608;
/** Characters that are kept of a text that is too large. */
const MAX_TEXT = 1_000_000;

/** An ending as JSON. A result that is none is kept as the text that is left of it. @param isTooLarge - the result of it */
export function keptEnding(ending: Ending, isTooLarge: boolean): KeptEnding {
  if (ending.type === 'cancelled') return { type: 'cancelled', reason: ending.reason };
  if (ending.type === 'completed') {
    const { value, ...form } = keptValue(ending.result, isTooLarge);
    return { type: 'completed', result: value, ...form };
  }
  const { type, error } = ending;
  if (!('partial' in ending)) return { type, error };
  const { value, ...form } = keptValue(ending.partial, isTooLarge);
  return { type, error, partial: value, ...form };
}

/** A result as JSON, and how it is to be read. */
function keptValue(result: unknown, isTooLarge: boolean): { readonly value: Json; readonly form?: KeptForm } {
  const asText = (value: string): { readonly value: Json; readonly form: KeptForm } => ({ value, form: 'text' });
  if (result instanceof Uint8Array && result.length <= MAX_BYTES) return { value: base64Of(result), form: 'bytes' };
  try {
    if (isTooLarge) return asText(typeof result === 'string' ? cutText(result, MAX_TEXT).text : tooLarge(result));
    // A copy: what its agent does to it later is not what was put out.
    if (jsonProblem(result, 'result') === undefined) return { value: JSON.parse(JSON.stringify(result)) as Json };
    return asText(textOf(result));
  } catch {
    return asText('a result that cannot be read');
  }
}

const tooLarge = (value: unknown): string => bytesIn(value) ?? `a result that was too large to be kept (${describeValue(value)})`;

/** An ending as it was kept. */
export function endingOf(kept: KeptEnding): Ending {
  const valueOf = (value: Json, form?: KeptForm): unknown => form === 'bytes' ? bytesOf(value as string) : value;
  switch (kept.type) {
    case 'cancelled': return kept;
    case 'completed': return { type: 'completed', result: valueOf(kept.result, kept.form) };
    case 'failed': {
      const { type, error, partial, form } = kept;
      return partial === undefined ? { type, error } : { type, error, partial: valueOf(partial, form) };
    }
  }
}

/** Bytes are named, and not spelled out. */
const bytesIn = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer ? `[${value.byteLength} bytes]` : undefined;

/** What JSON makes of it, and where that is nothing, its description. */
function textOf(value: unknown): string {
  const bytes = bytesIn(value);
  if (bytes !== undefined) return bytes;
  if (value instanceof Error) return String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    const text: unknown = JSON.stringify(value, plainer);
    // Of a date, and whatever else is a string as JSON, the string.
    if (typeof text === 'string') return text.startsWith('"') ? JSON.parse(text) as string : text;
  } catch {
    // It holds itself, or something in it throws.
  }
  return describeValue(value);
}

function plainer(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  // Not as its own `toJSON` has it: a buffer has a list of numbers.
  const bytes = bytesIn(this[key]);
  if (bytes !== undefined) return bytes;
  if (value instanceof Map || value instanceof Set) return Array.from<unknown>(value);
  return typeof value === 'bigint' ? String(value) : value;
}

/** So many at a time: a call takes only so many arguments. */
const CHUNK = 8_192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
