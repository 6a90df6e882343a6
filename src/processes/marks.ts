import { randomInt } from 'node:crypto';

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

  /** Borne by what watches over programs: it ends by itself when it has done so, and not with what started it. */
  guard: '71717171717171',

  /** What sets the mark `$1` in a shell, for it and all that it starts. Shells have two names for that limit, and some systems none. */
  set: 'ulimit -S -w "$1" 2>/dev/null || ulimit -S -x "$1" 2>/dev/null',

  /** One for another program. */
  next: (): string => `${marks.own}${String(counter++ % 10 ** marks.digits).padStart(marks.digits, '0')}`,
} as const;

let counter = 0;
