import { constants, open, readdir, realpath, stat } from 'node:fs/promises';

/** One name in a directory. `other` is what nobody should read in passing: links, pipes, sockets, devices. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/**
 * The few questions that this example asks a disk.
 *
 * An interface, so that the tests can answer "permission denied" also on a machine where they run as root.
 */
export interface Files {
  /** The absolute path without links; rejects with Node's own `ENOENT`, `EACCES`, `ELOOP` … */
  resolve(path: string): Promise<string>;
  isDirectory(path: string): Promise<boolean>;
  list(directory: string): Promise<readonly Entry[]>;
  /** In bytes; 0 for what cannot be asked. */
  size(path: string): Promise<number>;
  /** The whole file; `undefined` if it holds more than `limit` bytes. Rejects for what is no plain file any more. */
  read(path: string, limit: number): Promise<Uint8Array | undefined>;
}

/** {@link Files} on the real disk. */
export const diskFiles: Files = {
  resolve: (path) => realpath(path),

  isDirectory: async (path) => (await stat(path)).isDirectory(),

  list: async (directory) => {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.map((entry) => ({
      name: entry.name,
      kind: entry.isFile()
        ? 'file'
        : entry.isDirectory()
          ? 'directory'
          : entry.isSymbolicLink()
            ? 'link'
            : 'other',
    }));
  },

  size: (path) => stat(path).then(
    ({ size }) => size,
    () => 0,
  ),

  read: async (path, limit) => {
    // Without O_NONBLOCK, opening a pipe that took the file's place since it was listed would wait for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new Error(`Not a file any more: ${path}`);
      const { size } = stats;
      if (size > limit) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
};
