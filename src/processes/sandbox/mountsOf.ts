import { realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { InvalidArgumentError } from '../../core/errors.js';
import type { Confinement } from './confinement.js';
import { isWithin } from './isWithin.js';
import { pins } from './pins.js';

/** A path that a confined program sees, at the place where it is. */
export interface Mount {
  readonly path: string;
  readonly writable: boolean;
}

/**
 * What is named, the working directory among it, and what keeps that in its place; outer paths first, so that a path within another keeps
 * its own right.
 *
 * @param home - the home directory, which must be named to be shown
 * @param hidden - the home directory again where it is covered, unless it is named
 */
export function mountsOf(
  { writable = [], readable = [] }: Confinement, cwd: string, home: string | undefined, hidden?: string,
): readonly Mount[] {
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
  for (const path of rights.keys()) stays(path, writable, rights);
  for (const path of pins(rights, hidden)) rights.set(path, true);
  return [...rights].map(([path, right]) => ({ path, writable: right })).sort((one, other) => one.path.length - other.path.length);
}

/** Within what a program can write it could have put a link to anywhere, and can put another in the place of one. */
function stays(path: string, writable: readonly string[], rights: ReadonlyMap<string, boolean>): void {
  const outer = [...rights].filter(([each]) => each !== path && isWithin(each, path));
  const [around] = outer.sort(([one], [other]) => other.length - one.length);
  const isKept = rights.get(path) === false && around?.[1] === true;
  for (const above of writable.map((each) => resolve(each))) {
    if (above === path || !isWithin(above, path)) continue;
    const [real, realAbove] = [realOf(path), realOf(above)];
    if (real === undefined || realAbove === undefined) continue;
    if (!isWithin(realAbove, real)) {
      throw new InvalidArgumentError(`${path} leads out of ${above}, where a confined program can write: to ${real}. Name that instead.`);
    }
    if (!isKept || real === join(realAbove, relative(above, path))) continue;
    throw new InvalidArgumentError(`${path} leads by a link within ${above}, which a confined program can replace, to ${real}. Name that.`);
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
