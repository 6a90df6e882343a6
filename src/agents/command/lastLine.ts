import { createSight } from './createSight.js';
import { keepLast } from './keepLast.js';

/** A piece of a text that comes in chunks. */
export interface Piece {
  add(chunk: string): void;
  /** Ends it: what it was, or nothing where it shows nothing. What is added then is of the next one. */
  end(): string | undefined;
}

/**
 * Keeps the last line that shows anything, also where it has no newline; whole up to a limit, and beyond it its end, with a mark that says
 * how much is gone. Of what bare `\r`s part, the last frame that shows anything is the line, as on a terminal.
 */
export const lastLine = (limit: number): Piece => lastOf('\n', lastOf('\r', createFrame(limit)));

/** The last of the pieces that a mark parts, of those that show anything. */
function lastOf(mark: string, piece: Piece): Piece {
  let last: string | undefined;
  const end = (): boolean => {
    const seen = piece.end();
    last = seen ?? last;
    return seen !== undefined;
  };
  return {
    add(chunk) {
      const first = chunk.indexOf(mark);
      if (first < 0) {
        piece.add(chunk);
        return;
      }
      piece.add(chunk.slice(0, first));
      end();
      // Only the last of those that follow counts, so they are looked at from the end.
      const newest = chunk.lastIndexOf(mark);
      for (let behind = newest; behind > first;) {
        const start = chunk.lastIndexOf(mark, behind - 1);
        piece.add(chunk.slice(start + 1, behind));
        if (end()) break;
        behind = start;
      }
      piece.add(chunk.slice(newest + 1));
    },
    end() {
      end();
      const seen = last;
      last = undefined;
      return seen;
    },
  };
}

/** What stands between two marks. What shows nothing at its end pushes nothing out of it. */
function createFrame(limit: number): Piece {
  let shows = false;
  const begin = () => {
    const sight = createSight();
    shows = false;
    return keepLast(limit, (chunk) => {
      const end = sight.read(chunk);
      shows ||= end > 0;
      return end;
    });
  };
  let kept: ReturnType<typeof begin> | undefined;
  return {
    add(chunk) {
      if (chunk !== '') (kept ??= begin()).add(chunk);
    },
    end() {
      const seen = kept !== undefined && shows ? kept.wholeWithRest() : undefined;
      kept = undefined;
      return seen;
    },
  };
}
