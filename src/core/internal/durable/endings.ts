import { describeValue } from '../../describeValue.js';
import type { Ending } from '../../events.js';
import type { Json, KeptEnding } from '../../store.js';
import { jsonProblem } from './jsonProblem.js';

/** Bytes of a result that are kept as such. */
const MAX_BYTES = 8_388_608;

/** An ending as JSON. A result that is none is kept as the text that is left of it. @param isTooLarge - the result of it */
export function keptEnding(ending: Ending, isTooLarge: boolean): KeptEnding {
  if (ending.type === 'failed') return { type: 'failed', error: ending.error };
  if (ending.type === 'cancelled') return { type: 'cancelled', reason: ending.reason };
  const { result } = ending;
  if (isTooLarge) return { type: 'completed', result: 'a result that was too large to be kept', form: 'text' };
  if (result instanceof Uint8Array && result.length <= MAX_BYTES) return { type: 'completed', result: base64Of(result), form: 'bytes' };
  try {
    if (jsonProblem(result, 'result') === undefined) return { type: 'completed', result: result as Json };
    return { type: 'completed', result: textOf(result), form: 'text' };
  } catch {
    return { type: 'completed', result: 'a result that cannot be read', form: 'text' };
  }
}

/** An ending as it was kept. */
export function endingOf(kept: KeptEnding): Ending {
  if (kept.type !== 'completed') return kept;
  return { type: 'completed', result: kept.form === 'bytes' ? bytesOf(kept.result as string) : kept.result };
}

/** What JSON makes of it, and where that is nothing, its description. */
function textOf(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value, (_, part: unknown): unknown => {
      if (part instanceof Map || part instanceof Set) return Array.from<unknown>(part);
      return typeof part === 'bigint' ? String(part) : part;
    });
    if (typeof text === 'string') return text;
  } catch {
    // It holds itself, or something in it throws.
  }
  return describeValue(value);
}

/** So many at a time: a call takes only so many arguments. */
const CHUNK = 8_192;

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
