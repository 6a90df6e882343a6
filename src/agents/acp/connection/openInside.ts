import { constants, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { FileRefused } from './fileRefused.js';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * Opens a regular file inside a directory, or makes it for writing. Where the path leads is decided by what was opened and not by its
 * name, so a link that is swapped in between opens nothing outside. A hard link cannot be told from the file itself.
 *
 * @param root - the directory, an absolute path
 */
export async function openInside(root: string, path: string, mode: 'read' | 'write'): Promise<FileHandle> {
  if (!isAbsolute(path) || path.includes('\0')) throw new FileRefused('The path must be absolute and without NUL.');
  // Before anything is looked up: outside, not even what is there is told.
  const realRoot = await realpath(root);
  const asked = resolve(path);
  if (!isInside(root, asked) && !isInside(realRoot, asked)) throw outside(path);
  const target = await realpath(asked).catch((error: unknown) => {
    if (mode === 'write' && codeOf(error) === 'ENOENT') return undefined;
    throw missing(path, error);
  });
  const handle = target === undefined ? await create(realRoot, asked, path) : await openTarget(realRoot, target, path, mode);
  try {
    if (!(await handle.stat()).isFile()) throw new FileRefused(`${path} is no regular file.`);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

async function openTarget(realRoot: string, target: string, path: string, mode: 'read' | 'write'): Promise<FileHandle> {
  if (!isInside(realRoot, target)) throw outside(path);
  // Not emptied before it is known where it is; and a pipe is not waited for.
  const flags = (mode === 'read' ? O_RDONLY : O_WRONLY) | O_NOFOLLOW | O_NONBLOCK;
  const handle = await open(target, flags).catch((error: unknown) => { throw missing(path, error); });
  return confirm(handle, realRoot, target, path);
}

/** Makes a new file in a directory that is there. A link at its place, also one that leads nowhere, is not followed. */
async function create(realRoot: string, asked: string, path: string): Promise<FileHandle> {
  const parent = await realpath(dirname(asked)).catch((error: unknown) => { throw missing(path, error); });
  if (!isInside(realRoot, parent)) throw outside(path);
  const directory = await open(parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch((error: unknown) => { throw missing(path, error); });
  try {
    await confirm(directory, realRoot, parent, path);
    // By way of the open directory, where the system has one: it cannot be swapped any more.
    const at = process.platform === 'linux' ? `/proc/self/fd/${directory.fd}` : parent;
    return await open(join(at, basename(asked)), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
      .catch((error: unknown) => { throw missing(path, error); });
  } finally {
    await directory.close();
  }
}

/** Hands the handle on if what it holds is inside, and closes it otherwise. */
async function confirm(handle: FileHandle, realRoot: string, name: string, path: string): Promise<FileHandle> {
  try {
    if (!isInside(realRoot, await placeOf(handle, name))) throw outside(path);
    return handle;
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error instanceof FileRefused ? error : missing(path, error);
  }
}

/** Where what was opened really is. */
async function placeOf(handle: FileHandle, name: string): Promise<string> {
  if (process.platform === 'linux') return readlink(`/proc/self/fd/${handle.fd}`);
  const place = await realpath(name);
  const [held, named] = await Promise.all([handle.stat(), stat(place)]);
  if (held.dev !== named.dev || held.ino !== named.ino) throw new FileRefused(`${name} was changed while it was opened. Try again.`);
  return place;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const outside = (path: string): FileRefused =>
  new FileRefused(`${path} is outside the working directory, or a link leads out of it. Only files inside may be read and written.`);

function missing(path: string, error: unknown): FileRefused {
  switch (codeOf(error)) {
    case 'ENOENT': return new FileRefused(`${path} is not there, or the directory that it is to be made in.`);
    case 'EEXIST': case 'ELOOP': return new FileRefused(`${path} is a link that leads nowhere, or was changed while it was opened.`);
    default: return new FileRefused(`${path} cannot be opened: ${codeOf(error) ?? 'no reason is known'}.`);
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
