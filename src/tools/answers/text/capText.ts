import { tailOf } from '../../../core/tailOf.js';
import { cleanText } from './cleanText.js';
import { headOf } from '../../../core/cutText.js';

/** Characters that one field of an answer shows at most. */
export const MAX_TEXT = 24_000;

/** Room for the mark of a cut. */
const MARK = 60;

/** Of a longer text only so many times that is read, half of it at either end. */
const READ = 20;

/** A child's text, cleaned, and capped to its head and its tail with a mark between them that says how much is gone. */
export function capText(text: string, max = MAX_TEXT): { readonly text: string; readonly truncated: boolean } {
  const isLong = text.length > READ * max;
  const read = isLong ? READ * max / 2 : text.length;
  const first = cleanText(headOf(text, read));
  if (!isLong && first.length <= max) return { text: first, truncated: false };
  const half = Math.floor((max - MARK) / 2);
  const head = headOf(first, half);
  const last = isLong ? cleanText(tailOf(text, read)) : first;
  // Cleaned again: what joined two parts of one emoji has nothing to join where the cut falls between them.
  const tail = cleanText(tailOf(last, half));
  const gone = (isLong ? text : first).length - head.length - tail.length;
  return { text: `${head}\n… [${gone} characters left out] …\n${tail}`, truncated: true };
}
