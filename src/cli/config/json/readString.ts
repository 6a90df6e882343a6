import { JsonError } from './jsonError.js';

/** Up to the next character that ends a string, or may not stand in one as it is. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** Reads the string that begins with the quote at `start`. */
export function readString(text: string, start: number): { readonly value: string; readonly end: number } {
  for (let at = start + 1; ;) {
    PLAIN.lastIndex = at;
    at += PLAIN.exec(text)![0].length;
    if (text[at] === '"') return { value: JSON.parse(text.slice(start, at + 1)) as string, end: at + 1 };
    if (at >= text.length) throw new JsonError('expected a quote that ends this string, got the end of the file', start);
    if (text[at] !== '\\') {
      const isBreak = text[at] === '\n' || text[at] === '\r';
      throw new JsonError(isBreak ? 'expected a quote that ends this string, got the end of the line'
        : `expected \\u${text.charCodeAt(at).toString(16).padStart(4, '0')} in a string, got that character itself`, isBreak ? start : at);
    }
    ESCAPE.lastIndex = at;
    const escape = ESCAPE.exec(text)?.[0];
    if (escape === undefined) throw new JsonError('expected \\\\ for a backslash in a string, got one that means nothing', at);
    at += escape.length;
  }
}
