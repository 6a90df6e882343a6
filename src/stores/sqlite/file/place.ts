import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreDamagedError, StoreLostError, StoreUnavailableError } from '../../../core/storeErrors.js';

/** A file on its disk, whatever it is called. */
export type Identity = string;

/** Which file is at a path, if any. */
export function identityOf(path: string): Identity | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Refuses a path at which there can be no file. */
export function checkPlace(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw new StoreUnavailableError(`${path} is a directory. Name a file for the store.`);
  if (!existsSync(dirname(path))) throw new StoreUnavailableError(`There is no directory ${dirname(path)} for the store. Create it.`);
}

/** Makes the file, for nobody but its owner to read, where it is not there. */
export function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new StoreUnavailableError(`${path} cannot be created (${code}). See that its directory can be written.`, { cause: error });
  }
}

/** What the first bytes of a file say; undefined where it is empty or not there. */
export interface Header {
  readonly version: number;
  readonly application: number;
}

/**
 * Reads it without SQLite, which would touch what lies beside it. Only where nothing in this process has the file open: closing a file
 * gives up all locks that the process has on it.
 */
export function readHeader(path: string): Header | undefined {
  if (sizeOf(path) === 0) return undefined;
  const header = Buffer.alloc(100);
  let file;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StoreUnavailableError(`${path} cannot be read (${code}). See that you may read and write it.`, { cause: error });
  }
  try {
    if (readSync(file, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
      throw new StoreDamagedError(`${path} is no database. Nothing of it was changed; name another file, or move this one away.`);
    }
  } finally {
    closeSync(file);
  }
  return { version: header.readUInt32BE(60), application: header.readUInt32BE(68) };
}

/** Whether a log of changes lies beside the file that are not in it yet. */
export const hasLog = (path: string): boolean => sizeOf(`${path}-wal`) > 0;

/** Says that the file is there still, and its log: what is written into a file without a name is lost. */
export class Watch {
  readonly #file: Identity | undefined;
  readonly #log: Identity | undefined;

  constructor(readonly path: string) {
    this.#file = identityOf(path);
    this.#log = identityOf(`${path}-wal`);
  }

  /** @param save - brings what the log has into the file */
  check(save: () => void): void {
    const file = identityOf(this.path);
    if (file === undefined) {
      throw new StoreUnavailableError(`${this.path} is not there any more. Put it back where it was; until then nothing can be kept.`);
    }
    if (file !== this.#file) {
      throw new StoreLostError(`${this.path} is another file now than the one that was opened. Nothing more is kept; open it anew.`);
    }
    if (identityOf(`${this.path}-wal`) === this.#log) return;
    save();
    throw new StoreLostError(`${this.path}-wal was removed while the store was open. All that was kept is in ${this.path}; open it anew.`);
  }
}
