import { flatCopy } from './flatCopy.js';
import { utf8Prefix } from './utf8Prefix.js';

/**
 * Makes lines of the chunks of a text stream, cut anywhere.
 *
 * ```
 * chunks  ──ab──c\r──\nd──e\n──f──|
 * lines   ──────────abc───de─────f|
 * ```
 *
 * A line ends at `\n` or `\r\n`; a bare `\r` stays in the line. A line that never ends is ended at `maxBytes` of UTF-8, never
 * inside a surrogate pair. What it hands out is flat: no line keeps the chunks alive that it was made of. Chunks wait in an array:
 * `+=` would search and copy what is pending again and again, and its ropes cost four times the memory.
 */
export class LineSplitter {
  #parts: string[] = [];
  #units = 0;
  /** UTF-8 bytes in hand; counted only when they may be too many. */
  #bytes = 0;
  #endsHigh = false;

  constructor(private readonly maxBytes: number, private readonly emit: (line: string) => void) {}

  push(chunk: string): void {
    let end = chunk.indexOf('\n');
    if (end === -1) {
      if (chunk !== '') this.#keep(chunk);
      return;
    }
    let start = 0;
    do {
      this.#endLine(chunk.slice(start, end));
      start = end + 1;
      end = chunk.indexOf('\n', start);
    } while (end !== -1);
    if (start < chunk.length) this.#keep(chunk.slice(start));
  }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    if (this.#units > 0) this.emit(this.#take());
  }

  #keep(part: string): void {
    this.#parts.push(part);
    this.#units += part.length;
    // A UTF-16 unit is at most three bytes, so nothing needs counting before this.
    if (this.#bytes > 0 || this.#units * 3 > this.maxBytes) this.#count(part);
  }

  #count(part: string): void {
    const uncounted = this.#bytes === 0 ? this.#join() : part;
    this.#bytes += utf8Prefix(uncounted, 0, Infinity).bytes;
    // The two halves of a pair that came apart were counted as three bytes each.
    if (uncounted === part && this.#endsHigh && (part.charCodeAt(0) & 0xfc00) === 0xdc00) this.#bytes -= 2;
    this.#endsHigh = (part.charCodeAt(part.length - 1) & 0xfc00) === 0xd800;
    if (this.#bytes > this.maxBytes) this.#breakUp();
  }

  #breakUp(): void {
    const endsHigh = this.#endsHigh;
    const pending = this.#take();
    let start = 0;
    for (;;) {
      const { end, bytes } = utf8Prefix(pending, start, this.maxBytes);
      if (end === pending.length) {
        this.#parts.push(flatCopy(pending.slice(start)));
        this.#units = end - start;
        this.#bytes = bytes;
        this.#endsHigh = endsHigh;
        return;
      }
      this.emit(flatCopy(pending.slice(start, end)));
      start = end;
    }
  }

  #endLine(part: string): void {
    if (part !== '') this.#keep(part);
    let line = this.#take();
    if (line.endsWith('\r')) line = flatCopy(line.slice(0, -1));
    this.emit(line);
  }

  #take(): string {
    const line = this.#join();
    this.#parts = [];
    this.#units = this.#bytes = 0;
    this.#endsHigh = false;
    return line;
  }

  #join(): string {
    return this.#parts.length === 1 ? flatCopy(this.#parts[0] ?? '') : this.#parts.join('');
  }
}
