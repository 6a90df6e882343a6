import { flatCopy } from '../log/flatCopy.js';
import { shows } from '../../shows.js';

/**
 * What is seen of a line: its last frame. What follows a bare `\r` takes the place of the line, as on a terminal, but wholly, also where it
 * is shorter: what a longer frame left behind is no part of a shorter one. A frame that shows nothing takes nobody's place.
 */
export function seenOf(line: string): string {
  if (!line.includes('\r')) return line;
  const frames = line.split('\r');
  return flatCopy(frames.findLast(shows) ?? frames.findLast((frame) => frame !== '') ?? '');
}
