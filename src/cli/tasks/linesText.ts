import type { KeptLog } from '../../core/store.js';
import { cleanText } from '../../tools/answers/text/cleanText.js';

/** The window of a task: what is left of what it said. */
export function linesText({ lines, count }: KeptLog): string {
  const gone = count - lines.length;
  return [
    ...gone > 0 ? [`(${gone} before these are not kept)`] : [],
    ...lines.map(([text, , cut]) => `${cleanText(text)}${cut === undefined ? '' : `… [+${cut}]`}`),
    ...count === 0 ? ['It has said nothing.'] : [],
  ].join('\n');
}
