import { dirname } from 'node:path';
import { isWithin } from './isWithin.js';

/**
 * The directories between what a program can write and what it must not change within it. Each becomes a mount of its own: a directory
 * that is none could be renamed, and another put in its place, which is what everybody outside would then see there.
 *
 * @param rights - what is mounted, and whether it is writable
 * @param hidden - a directory that is covered, so that what is in there is not this machine's
 */
export function pins(rights: ReadonlyMap<string, boolean>, hidden: string | undefined): ReadonlySet<string> {
  const places = new Map(rights);
  if (hidden !== undefined && !places.has(hidden)) places.set(hidden, false);
  const outward = [...places.keys()].sort((one, other) => other.length - one.length);
  const isWritable = (path: string): boolean => {
    const around = outward.find((each) => isWithin(each, path));
    return around !== undefined && places.get(around) === true;
  };
  const found = new Set<string>();
  for (const [path, writable] of places) {
    if (writable) continue;
    for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
      if (!places.has(above) && isWritable(above)) found.add(above);
    }
  }
  return found;
}
