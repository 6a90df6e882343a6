import { base64Of, bytesOf } from '../../base64.js';
import { cutText } from '../../cutText.js';
import { describeValue } from '../../describeValue.js';
import type { Ending } from '../../events.js';
import type { Json } from '../../json.js';
import { isParts, partsAgain, type Part, type Parts } from '../../parts.js';
import type { KeptEnding, KeptForm } from '../../store.js';
import { jsonProblem } from './jsonProblem.js';

/** Bytes of a result that are kept as such, of all its parts together. */
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
    if (isParts(result)) return { value: keptParts(result), form: 'parts' };
    // A copy: what its agent does to it later is not what was put out.
    if (jsonProblem(result, 'result') === undefined) return { value: JSON.parse(JSON.stringify(result)) as Json };
    return asText(textOf(result));
  } catch {
    return asText('a result that cannot be read');
  }
}

/** A part with its bytes in base64. */
type KeptPart = Part & { readonly data?: string };

/** What there is no room for is named. */
function keptParts({ parts }: Parts): Json {
  let left = MAX_BYTES;
  return parts.map((part): Json => {
    if (!('data' in part) || part.data === undefined) return part as unknown as Json;
    const { data, ...info } = part;
    const size = data.byteLength;
    if (size > left) return { type: 'text', text: `[${info.mediaType}, ${size} bytes: too large to be kept]` };
    left -= size;
    return { ...info, data: base64Of(new Uint8Array(data.buffer, data.byteOffset, size)) };
  });
}

const partsOf = (kept: readonly KeptPart[]): Parts => partsAgain(Object.freeze(kept.map((part) => Object.freeze(
  part.data === undefined ? part : { ...part, data: bytesOf(part.data as unknown as string) } as Part,
))));

/** Whether bytes of a result of parts are not kept. */
export const losesParts = (result: unknown): boolean => isParts(result)
  && result.parts.reduce((sum, part) => sum + ('data' in part ? part.data?.byteLength ?? 0 : 0), 0) > MAX_BYTES;

const tooLarge = (value: unknown): string => bytesIn(value) ?? `a result that was too large to be kept (${describeValue(value)})`;

/** An ending as it was kept. */
export function endingOf(kept: KeptEnding): Ending {
  const valueOf = (value: Json, form?: KeptForm): unknown => form === 'bytes' ? bytesOf(value as string)
    : form === 'parts' ? partsOf(value as unknown as readonly KeptPart[]) : value;
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
