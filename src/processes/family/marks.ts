import { randomInt } from 'node:crypto';
import { markOf } from './markOf.js';

/**
 * The marks by which a program's descendants are known, wherever they go: the soft limit of file locks, a number that Linux hands on to
 * every child and keeps through every `exec`, that anybody may read in `/proc`, and that nothing has asked for since Linux 2.4. A new
 * session, an empty environment, closed descriptors and the death of all between take it off nobody; only who sets it anew has lost it.
 */
export const marks = {
  /** In front of the mark of each program that this process starts: what bears it was started from here. */
  own: `7${String(randomInt(1e9)).padStart(9, '0')}`,

  /** How many digits follow it. */
  digits: 8,

  /** What sets the mark `$1` in a shell, for it and all that it starts. Shells have two names for that limit, and some systems none. */
  set: 'ulimit -S -w "$1" 2>/dev/null || ulimit -S -x "$1" 2>/dev/null',

  /** One for another program. */
  next: (): string => `${marks.own}${String(counter++ % 10 ** marks.digits).padStart(marks.digits, '0')}`,

  /** Borne by what watches over the programs of a process that bears a mark itself: it ends by itself, a moment after what it watches. */
  guardOf: (mark: string | undefined): string => `8${mark?.slice(1).padEnd(17, '0') ?? '0'.repeat(17)}`,

  /** What watches over the programs of this process. */
  guard: (): string => marks.guardOf(ownMark()),
} as const;

let counter = 0;

/** The mark of this process, where it is itself a program that was started so. */
function ownMark(): string | undefined {
  try {
    const mark = process.platform === 'linux' ? markOf('self') : undefined;
    return mark !== undefined && /^[78]\d{17}$/.test(mark) ? mark : undefined;
  } catch {
    return undefined;
  }
}
