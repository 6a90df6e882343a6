import { headOf } from '../../core/cutText.js';
import { cleanText } from './text/cleanText.js';

/** A goal for whoever set it, and only has to know it again: cleaned, and shortened without a count of what is gone. */
export function goalOf(goal: string, length: number): string {
  const words = cleanText(headOf(goal, 20 * length));
  return words.length > length || goal.length > 20 * length ? `${headOf(words, length - 1)}…` : words;
}
