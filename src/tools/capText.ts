import { cleanText } from './cleanText.js';
import { headOf } from './headOf.js';

/** Characters that one field of an answer shows at most. */
const MAX_TEXT = 24_000;

/** Room for the mark of a cut. */
const MARK = 60;

/** Of a longer text only so much is read at either end. */
const READ = 20 * MAX_TEXT;

/** A child's text, cleaned, and capped to its head and its tail with a mark between them that says how much is gone. */
export function capText(text: string): { readonly text: string; readonly truncated: boolean } {
  const isLong = text.length > READ;
  const first = cleanText(headOf(text, READ));
  if (!isLong && first.length <= MAX_TEXT) return { text: first, truncated: false };
  const half = (MAX_TEXT - MARK) / 2;
  const head = headOf(first, half);
  const last = isLong ? cleanText(text.slice(-READ)) : first;
  // Cleaned again: what joined two parts of one emoji has nothing to join where the cut falls between them.
  const tail = cleanText(last.slice(-half).replace(/^[\udc00-\udfff]/, ''));
  const gone = (isLong ? text : first).length - head.length - tail.length;
  return { text: `${head}\n… [${gone} characters left out] …\n${tail}`, truncated: true };
}
