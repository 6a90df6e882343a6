import { flatCopy } from '../log/flatCopy.js';
import { seenOf } from './seenOf.js';
import { utf8Prefix } from './utf8Prefix.js';

/** Where a row must not be broken: before what belongs to the character in front of it, and behind what joins it to the next. */
const JOINED = /[\ud800-\udbff\u200d].|.[\u0300-\u036f\u200d\udc00-\udfff\ufe0e\ufe0f\ud83c]/s;

/**
 * Makes lines of the chunks of a text stream, cut anywhere.
 *
 * ```
 * chunks  ──ab──c\r──\nd──e\n──f──|
 * lines   ──────────abc───de─────f|
 * ```
 *
 * A line ends at `\n` or `\r\n`; of what bare `\r`s part, the last frame is the line. One that is longer than `width` UTF-16 units or
 * `maxBytes` of UTF-8 is wrapped: behind the last blank that fits, else in the middle of a word, though not of a character. Together its
 * rows are the line. What it hands out is flat: no row keeps the chunks alive that it was made of. Chunks wait in an array: `+=` would
 * search and copy what is pending again and again, and its ropes cost four times the memory.
 */
export class LineSplitter {
  private parts: string[] = [];
  /** UTF-16 units that may come before what is in hand has to be measured: a unit is at most three bytes. */
  private room: number;

  /** @param emit - given each row, and whether the line ends with it */
  constructor(
    private readonly maxBytes: number, private readonly emit: (row: string, ended: boolean) => void, private readonly width = Infinity,
  ) {
    this.room = Math.min(width, maxBytes / 3);
  }

  push(chunk: string): void {
    let end = chunk.indexOf('\n');
    if (end === -1) {
      if (chunk !== '') this.keep(chunk);
      return;
    }
    let start = 0;
    do {
      if (end > start) this.keep(chunk.slice(start, end));
      this.emit(this.take(), true);
      start = end + 1;
      end = chunk.indexOf('\n', start);
    } while (end !== -1);
    if (start < chunk.length) this.keep(chunk.slice(start));
  }

  /** The row in hand, as it is seen. */
  get inHand(): string { return seenOf(this.join()); }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    const row = this.take();
    if (row !== '') this.emit(row, true);
  }

  private keep(part: string): void {
    this.parts.push(part);
    this.room -= part.length;
    if (this.room < 0) this.fit();
  }

  /** Emits the rows that are full, and keeps the rest. */
  private fit(): void {
    const { maxBytes, width } = this;
    const pending = this.join();
    let kept = '';
    let bytes = 0;
    for (let rest of pending.split('\r')) {
      if (rest === '') continue;
      let fits = utf8Prefix(rest, maxBytes, width);
      for (; fits.end < rest.length; fits = utf8Prefix(rest, maxBytes, width)) {
        const end = breakOf(rest.slice(0, fits.end + 1));
        this.emit(flatCopy(rest.slice(0, end)), false);
        rest = rest.slice(end);
      }
      kept = rest;
      ({ bytes } = fits);
    }
    this.room = Math.min(width - kept.length, (maxBytes - bytes) / 3);
    // It may belong to the newline that is to come.
    if (pending.endsWith('\r')) kept += '\r';
    this.parts = [flatCopy(kept)];
  }

  private take(): string {
    const row = this.inHand;
    this.parts = [];
    this.room = Math.min(this.width, this.maxBytes / 3);
    return row;
  }

  private join(): string {
    return this.parts.length === 1 ? flatCopy(this.parts[0] ?? '') : this.parts.join('');
  }
}

/** Where a row ends that has one unit too many. */
function breakOf(row: string): number {
  const full = row.length - 1;
  let end = row.lastIndexOf(' ', full - 1) + 1;
  if (end > 0) return end;
  for (end = full; end > 0 && JOINED.test(row.slice(end - 1, end + 1)); end--);
  return end > 0 ? end : full;
}
