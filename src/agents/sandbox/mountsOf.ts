import { resolve } from 'node:path';
import { InvalidArgumentError } from '../../core/errors.js';
import type { Confinement } from './confinement.js';

/** A path that a confined program sees, at the place where it is. */
export interface Mount {
  readonly path: string;
  readonly writable: boolean;
}

/** What is named, the working directory among it, outer paths first, so that a path within another keeps its own right. */
export function mountsOf({ writable = [], readable = [] }: Confinement, cwd: string): readonly Mount[] {
  if (resolve(cwd) === '/') {
    throw new InvalidArgumentError('A confined program can read its working directory, and / is everything. Set `cwd` to a directory.');
  }
  const rights = new Map<string, boolean>([[resolve(cwd), false]]);
  for (const path of readable) rights.set(resolve(path), false);
  for (const path of writable) rights.set(resolve(path), true);
  return [...rights].map(([path, right]) => ({ path, writable: right })).sort((one, other) => one.path.length - other.path.length);
}
