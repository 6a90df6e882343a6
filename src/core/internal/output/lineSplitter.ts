import { flatCopy } from '../log/flatCopy.js';
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
  private parts: string[] = [];
  /** UTF-16 units that may come before the bytes in hand have to be counted: a unit is at most three bytes. */
  private free: number;
  /** UTF-8 bytes in hand; counted only when they may be too many. */
  private bytes = 0;
  private endsHigh = false;

  constructor(private readonly maxBytes: number, private readonly emit: (line: string) => void) {
    this.free = maxBytes / 3;
  }

  push(chunk: string): void {
    let end = chunk.indexOf('\n');
    if (end === -1) {
      if (chunk !== '') this.keep(chunk);
      return;
    }
    let start = 0;
    do {
      this.endLine(chunk.slice(start, end));
      start = end + 1;
      end = chunk.indexOf('\n', start);
    } while (end !== -1);
    if (start < chunk.length) this.keep(chunk.slice(start));
  }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    if (this.parts.length > 0) this.emit(this.take());
  }

  private keep(part: string): void {
    this.parts.push(part);
    this.free -= part.length;
    if (this.free < 0) this.count(part);
  }

  private count(part: string): void {
    const uncounted = this.bytes === 0 ? this.join() : part;
    this.bytes += utf8Prefix(uncounted, 0, Infinity).bytes;
    // The two halves of a pair that came apart were counted as three bytes each.
    if (uncounted === part && this.endsHigh && (part.charCodeAt(0) & 0xfc00) === 0xdc00) this.bytes -= 2;
    this.endsHigh = (part.charCodeAt(part.length - 1) & 0xfc00) === 0xd800;
    // A `\r` at the end may belong to the newline that is to come.
    if (this.bytes - (part.endsWith('\r') ? 1 : 0) > this.maxBytes) this.breakUp();
  }

  private breakUp(): void {
    const { endsHigh } = this;
    const pending = this.take();
    let start = 0;
    for (;;) {
      const { end, bytes } = utf8Prefix(pending, start, this.maxBytes);
      if (end === pending.length || (end === pending.length - 1 && pending.endsWith('\r'))) {
        this.parts.push(flatCopy(pending.slice(start)));
        this.free = -1;
        this.bytes = bytes + pending.length - end;
        this.endsHigh = endsHigh;
        return;
      }
      this.emit(flatCopy(pending.slice(start, end)));
      start = end;
    }
  }

  private endLine(part: string): void {
    if (part !== '') this.keep(part);
    const line = this.take();
    this.emit(line.charCodeAt(line.length - 1) === 13 ? flatCopy(line.slice(0, -1)) : line);
  }

  private take(): string {
    const line = this.join();
    this.parts = [];
    this.free = this.maxBytes / 3;
    this.bytes = 0;
    this.endsHigh = false;
    return line;
  }

  private join(): string {
    return this.parts.length === 1 ? flatCopy(this.parts[0] ?? '') : this.parts.join('');
  }
}
