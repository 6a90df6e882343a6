import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../cliError.js';
import { systemReason } from '../systemReason.js';

/** The folder that is made where it is wanted. */
const OWN = '.sidestream';

/** Makes the folder of a store where it is one of ours, for nobody else to read, and has git ignore it. Any other is left to the user. */
export async function makeOwnFolder(file: string): Promise<void> {
  const folder = dirname(file);
  if (basename(folder) !== OWN) return;
  try {
    await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch(unlessThere);
  } catch (error) {
    throw new CliError(`${folder} cannot be written: ${systemReason(error)}. Name another file by --store, or turn it off: --store ''.`);
  }
}

function unlessThere(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
