import { flatCopy } from '../log/flatCopy.js';
import { seenOf } from './seenOf.js';
import { shows } from '../../shows.js';
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
 * rows are the line. What it hands out is flat: no row keeps the chunks alive that it was made of. What is in hand is a rope, joined once,
 * when the row is whole or full.
 */
export class LineSplitter {
  private row = '';
  /** UTF-16 units that may come before what is in hand has to be measured: a unit is at most three bytes. */
  private declare room: number;

  /** @param emit - given each row, and whether the line ends with it */
  constructor(
    private readonly maxBytes: number, private readonly emit: (row: string, ended: boolean) => void, private readonly width = Infinity,
  ) {
    this.hold('', 0);
  }

  push(chunk: string): void {
    let start = 0;
    for (let end; (end = chunk.indexOf('\n', start)) !== -1; start = end + 1) {
      this.keep(chunk.slice(start, end));
      this.emit(this.take(), true);
    }
    this.keep(chunk.slice(start));
  }

  /** The row in hand, as it is seen. The empty string in front lets the join make a copy, of a single chunk too. */
  get inHand(): string { return seenOf(['', this.row].join('')); }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    const row = this.take();
    if (row !== '') this.emit(row, true);
  }

  private keep(part: string): void {
    this.row += part;
    this.room -= part.length;
    if (this.room < 0) this.fit();
  }

  /** Emits the rows that are full, and keeps the rest. */
  private fit(): void {
    const pending = this.row;
    this.hold('', 0);
    /** What is seen until another frame shows something. */
    let shown = '';
    for (let rest of pending.split('\r')) {
      while (rest !== '') {
        const { end, bytes } = utf8Prefix(rest, this.maxBytes, this.width);
        if (end === rest.length) {
          if (shows(rest)) shown = rest;
          this.hold(rest, bytes);
          if (shown !== rest && shown !== '') this.row = `${shown}\r${rest}`;
          this.row = flatCopy(this.row);
          break;
        }
        const row = rest.slice(0, breakOf(rest, end));
        rest = rest.slice(row.length);
        shown = '';
        this.emit(flatCopy(row), false);
      }
    }
    // It may belong to the newline that is to come.
    if (pending.endsWith('\r')) this.row += '\r';
  }

  private hold(row: string, bytes: number): void {
    this.row = row;
    this.room = Math.min(this.width - row.length, (this.maxBytes - bytes) / 3);
  }

  private take(): string {
    const row = this.inHand;
    this.hold('', 0);
    return row;
  }
}

/** Where a row ends that is full at `full`. */
function breakOf(text: string, full: number): number {
  let end = text.slice(0, full).lastIndexOf(' ') + 1 || full;
  while (JOINED.test(text.slice(end - 1, end + 1))) end -= 1;
  return end || full;
}
