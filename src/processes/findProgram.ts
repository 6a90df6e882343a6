import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Where a program is, or why it cannot be run. */
export interface Found {
  readonly at?: string;
  readonly problem?: 'ENOENT' | 'EACCES' | 'EISDIR';
}

/** Looks for a program: itself where it is a path, else on the given `PATH`. */
export function findProgram(file: string, cwd: string, path = ''): Found {
  const entries = path.split(delimiter).map((entry) => isAbsolute(entry) ? entry : resolve(cwd, entry));
  const places = file.includes('/') ? [resolve(cwd, file)] : entries.map((entry) => join(entry, file));
  let problem: NonNullable<Found['problem']> = 'ENOENT';
  for (const place of places) {
    try {
      const entry = statSync(place);
      if (!entry.isFile()) {
        problem = entry.isDirectory() ? 'EISDIR' : 'EACCES';
        continue;
      }
      accessSync(place, constants.X_OK);
      return { at: place };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EACCES') problem = 'EACCES';
    }
  }
  return { problem };
}
