import { InvalidArgumentError } from '../../core/errors.js';
import { nodeModule } from './platform.js';

/** Writes what does not fit into an answer to files of a directory. */
export interface Spill {
  /**
   * Writes a text, once for each task, and answers with the path of its file; nothing where that cannot be done.
   *
   * @param of - the task, or whatever else stands for it
   */
  write(this: void, of: { readonly id: string }, text: () => string, extension: 'txt' | 'json'): Promise<string | undefined>;
}

/**
 * A directory for what does not fit. It is made when it is first needed; a file is named for its task, belongs to the user alone (0600),
 * and never lies outside.
 *
 * @throws InvalidArgumentError where there are no files
 */
export function createSpill(directory: string): Spill {
  const fs = nodeModule('node:fs')?.promises;
  const path = nodeModule('node:path');
  if (fs === undefined || path === undefined) {
    throw new InvalidArgumentError('`spill` needs a file system, and there is none here. Leave it out.');
  }
  const root = path.resolve(directory);
  const written = new WeakMap<object, Promise<string | undefined>>();

  const save = async (file: string, text: string): Promise<string | undefined> => {
    const part = `${file}.${Math.random().toString(36).slice(2)}.part`;
    try {
      await fs.mkdir(root, { recursive: true, mode: 0o700 });
      // Anew and then put in its place: a link that stands there leads nowhere, and nobody reads half of it.
      await fs.writeFile(part, text, { flag: 'wx', mode: 0o600 });
      await fs.rename(part, file);
      return file;
    } catch {
      await fs.rm(part, { force: true }).catch(() => undefined);
      return undefined;
    }
  };

  return {
    write: async (of, text, extension) => {
      const known = await written.get(of);
      if (known !== undefined && await fs.access(known).then(() => true, () => false)) return known;
      const saving = Promise.resolve().then(() => save(path.join(root, `${nameOf(of.id)}.${extension}`), text())).catch(() => undefined);
      written.set(of, saving);
      return saving;
    },
  };
}

/** A name for a file, from an id that may hold anything; what had to be changed is told apart by a checksum. */
function nameOf(id: string): string {
  const safe = id.replace(/[^\w.-]/g, '_').replace(/^[.-]+/, '_').slice(0, 100);
  // Some names are devices where there is Windows.
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(safe);
  if (safe === id && !isDevice) return safe;
  let sum = 0;
  for (const unit of id) sum = (Math.imul(sum, 31) + unit.codePointAt(0)!) >>> 0;
  return `task_${safe}-${sum.toString(36)}`;
}
