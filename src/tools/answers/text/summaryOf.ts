import { isParts } from '../../../core/parts.js';
import { partLine } from '../media/partLine.js';
import { capText, MAX_TEXT } from './capText.js';
import { jsonWithin } from './jsonWithin.js';
import { NOT_JSON } from './readable.js';

/**
 * A result as text: itself where it is a string, line by line where it has parts, else as JSON, else as JavaScript would print it. Never
 * throws, and costs no more than what it shows.
 *
 * @param most - characters
 */
export function summaryOf(result: unknown, most = MAX_TEXT): { readonly text: string; readonly truncated: boolean } {
  return typeof result === 'string' ? capText(result, most) : json(result, most);
}

function json(result: unknown, most: number): { readonly text: string; readonly truncated: boolean } {
  try {
    if (isParts(result)) return capText(result.parts.map((part) => partLine(part, (value) => json(value, most).text)).join('\n'), most);
    return jsonWithin(result, most) ?? capText(String(result), most);
  } catch {
    return { text: NOT_JSON, truncated: false };
  }
}
