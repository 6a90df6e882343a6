import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError } from '../../core/errors.js';
import type { Confinement } from './confinement.js';
import { isWithin } from './isWithin.js';

/** A path that a confined program sees, at the place where it is. */
export interface Mount {
  readonly path: string;
  readonly writable: boolean;
}

/**
 * What is named, the working directory among it, outer paths first, so that a path within another keeps its own right.
 *
 * @param home - the home directory, which must be named to be shown
 */
export function mountsOf({ writable = [], readable = [] }: Confinement, cwd: string, home: string | undefined): readonly Mount[] {
  const everything = resolve(cwd) === '/' || resolve(cwd) === home;
  if (everything && ![...readable, ...writable].some((path) => resolve(path) === resolve(cwd))) {
    throw new InvalidArgumentError(
      `A confined program can read its working directory, and that is ${resolve(cwd)}. Set \`cwd\` to a directory of its own, or name it.`,
    );
  }
  const rights = new Map<string, boolean>([[resolve(cwd), false]]);
  for (const path of readable) rights.set(resolve(path), false);
  for (const path of writable) rights.set(resolve(path), true);
  if (rights.has('/')) throw new InvalidArgumentError('Expected `writable` and `readable` to name what is needed, got /.');
  for (const path of rights.keys()) stays(path, writable);
  return [...rights].map(([path, right]) => ({ path, writable: right })).sort((one, other) => one.path.length - other.path.length);
}

/** Within what a program can write it could have put a link to anywhere. */
function stays(path: string, writable: readonly string[]): void {
  for (const above of writable.map((each) => resolve(each))) {
    if (above === path || !isWithin(above, path)) continue;
    const [real, realAbove] = [realOf(path), realOf(above)];
    if (real === undefined || realAbove === undefined || isWithin(realAbove, real)) continue;
    throw new InvalidArgumentError(`${path} leads out of ${above}, where a confined program can write: to ${real}. Name that instead.`);
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
