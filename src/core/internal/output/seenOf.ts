import { flatCopy } from '../log/flatCopy.js';

/**
 * What is seen of a line: its last frame. What follows a bare `\r` takes the place of the line, as on a terminal, but wholly, also where it
 * is shorter: what a longer frame left behind is no part of a shorter one.
 */
export const seenOf = (line: string): string =>
  line.includes('\r') ? flatCopy(line.split('\r').findLast((frame) => frame !== '') ?? '') : line;
