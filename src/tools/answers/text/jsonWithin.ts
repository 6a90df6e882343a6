import { cutText, headOf } from '../../../core/cutText.js';
import { cleanText } from './cleanText.js';
import { readable } from './readable.js';

/** How much of a value is shown: characters of a string, items of a list or an object, levels. */
interface Limits {
  readonly string: number;
  readonly items: number;
  readonly depth: number;
}

/** From all of it to its outline, which fits into some thousand characters whatever it is. */
const LIMITS: readonly Limits[] = [
  { string: Infinity, items: Infinity, depth: 100 }, { string: 4_000, items: 200, depth: 20 }, { string: 1_000, items: 50, depth: 10 },
  { string: 200, items: 20, depth: 6 }, { string: 60, items: 8, depth: 4 }, { string: 30, items: 3, depth: 2 },
];

/**
 * A value as JSON of at most `most` characters, which can be parsed also where much had to be left out: strings, lists and objects are cut
 * inside and say so. What it costs depends on what is shown, not on what there is. `undefined` where JSON has nothing to show.
 */
export function jsonWithin(value: unknown, most: number): { readonly text: string; readonly truncated: boolean } | undefined {
  for (const limits of LIMITS) {
    const writer = new Writer(limits, most);
    try {
      if (!writer.write(value, '')) return undefined;
      return { text: writer.text, truncated: writer.isCut };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  return { text: JSON.stringify(cutText('[not even the outline of the result fits here]', Math.max(1, most - 2)).text), truncated: true };
}

class TooLong extends Error {}

class Writer {
  readonly #parts: string[] = [];
  readonly #above: object[] = [];
  #left: number;
  isCut = false;

  constructor(private readonly limits: Limits, most: number) {
    this.#left = most;
  }

  get text(): string { return this.#parts.join(''); }

  /** Returns false where JSON leaves a value out. */
  write(given: unknown, key: string, before = ''): boolean {
    const value = this.#resolve(given, key);
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return false;
    this.#put(before);
    if (typeof value === 'string') this.#put(this.#quoted(value));
    else if (typeof value !== 'object' || value === null) this.#put(JSON.stringify(value));
    else if (this.#above.includes(value)) throw new TypeError('It holds itself.');
    else this.#nest(value);
    return true;
  }

  #nest(value: object): void {
    if (this.#above.length >= this.limits.depth) {
      this.isCut = true;
      this.#put('"…"');
      return;
    }
    this.#above.push(value);
    if (Array.isArray(value)) this.#list(value);
    else this.#fields(value as Readonly<Record<string, unknown>>);
    this.#above.pop();
  }

  #list(items: readonly unknown[]): void {
    const shown = Math.min(items.length, this.limits.items);
    this.#put('[');
    for (let at = 0; at < shown; at++) {
      const before = at === 0 ? '' : ',';
      if (!this.write(items[at], String(at), before)) this.#put(`${before}null`);
    }
    if (shown < items.length) this.#gone(`,"… [+${items.length - shown} items]"`);
    this.#put(']');
  }

  #fields(value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value);
    const shown = keys.slice(0, this.limits.items);
    let between = '';
    this.#put('{');
    for (const key of shown) if (this.write(value[key], key, `${between}${this.#quoted(key)}:`)) between = ',';
    if (shown.length < keys.length) this.#gone(`${between}"…":"[+${keys.length - shown.length} fields]"`);
    this.#put('}');
  }

  #resolve(given: unknown, key: string): unknown {
    const value = readable(given);
    const { toJSON } = Object(value) as { readonly toJSON?: unknown };
    // Bytes have been named by now, so that no Buffer is asked to spell itself out.
    const said = typeof value === 'object' && typeof toJSON === 'function' ? readable(toJSON.call(value, key)) : value;
    return said instanceof String || said instanceof Number || said instanceof Boolean ? said.valueOf() : said;
  }

  #quoted(words: string): string {
    // Of what will be cut, or is too long for any room there is, no more is cleaned than can be shown.
    if (this.limits.string === Infinity && words.length > 20 * Math.max(this.#left, 1_000)) throw new TooLong();
    const read = headOf(words, 20 * this.limits.string);
    const { text, cut } = cutText(cleanText(read), this.limits.string, words.length - read.length);
    if (cut > 0) this.isCut = true;
    return JSON.stringify(text);
  }

  #gone(words: string): void {
    this.isCut = true;
    this.#put(words);
  }

  #put(words: string): void {
    this.#left -= words.length;
    if (this.#left < 0) throw new TooLong();
    this.#parts.push(words);
  }
}
