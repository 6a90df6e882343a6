import { stripVTControlCharacters } from 'node:util';
import { keepLast } from './keepLast.js';

/** Characters at the head of a line by which it is told whether it shows anything. */
const LOOKED_AT = 1_000;

/** The last line of a text that comes in chunks. */
export interface LastLine {
  add(chunk: string): void;
  /** The line, or nothing where none shows anything. */
  whole(): string | undefined;
}

/**
 * Keeps the last line that shows anything, also where it has no newline; whole up to a limit, and beyond it its end, with a mark that says
 * how much is gone. Of what bare `\r`s part, the last frame is the line, as on a terminal.
 */
export function lastLine(limit: number): LastLine {
  let last: string | undefined;
  let frame = keepLast(limit);
  /** Whether what follows takes the frame's place. */
  let isOver = false;

  const seen = (): string | undefined => {
    const line = frame.whole();
    return shows(line) ? line : undefined;
  };
  function take(part: string): void {
    let end = part.length;
    while (end > 0 && part.charAt(end - 1) === '\r') end -= 1;
    const start = end === 0 ? 0 : part.lastIndexOf('\r', end - 1) + 1;
    if (end > 0 && (isOver || start > 0)) {
      frame = keepLast(limit);
      isOver = false;
    }
    frame.add(part.slice(start, end));
    isOver ||= end < part.length;
  }
  function endLine(): string | undefined {
    const line = seen();
    last = line ?? last;
    frame = keepLast(limit);
    isOver = false;
    return line;
  }

  return {
    add(chunk) {
      const first = chunk.indexOf('\n');
      if (first < 0) {
        take(chunk);
        return;
      }
      take(chunk.slice(0, first));
      endLine();
      // Only the last of those that follow counts, so they are looked at from the end.
      const newest = chunk.lastIndexOf('\n');
      for (let end = newest; end > first;) {
        const start = chunk.lastIndexOf('\n', end - 1);
        take(chunk.slice(start + 1, end));
        if (endLine() !== undefined) break;
        end = start;
      }
      take(chunk.slice(newest + 1));
    },
    whole: () => seen() ?? last,
  };
}

/** Whether a line is more than blanks, control characters and the orders to a terminal. */
function shows(line: string): boolean {
  const head = stripVTControlCharacters(line.slice(0, LOOKED_AT));
  return /[^\s\p{Cc}\p{Cf}]/u.test(head) || (line.length > LOOKED_AT && line.slice(LOOKED_AT).trim() !== '');
}
