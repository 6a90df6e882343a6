import { openInside } from './openInside.js';
import { FileRefused } from './fileRefused.js';

/** Bytes of the largest file that is read or written for an agent. */
const MAX_FILE = 8_388_608;

/** Which lines of a file are asked for. */
export interface LineRange {
  /** The first one, counted from 1. */
  readonly line?: number | null | undefined;
  /** How many. */
  readonly limit?: number | null | undefined;
}

/** Reads a text file inside a directory, or some lines of it. */
export async function readInside(root: string, path: string, { line, limit }: LineRange = {}): Promise<string> {
  const handle = await openInside(root, path, 'read');
  try {
    // One byte more than may be: it may grow while it is read, and some files say that they are empty.
    const buffer = Buffer.allocUnsafe(Math.min((await handle.stat()).size, MAX_FILE) + 1);
    const parts: Buffer[] = [];
    for (let size = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      size += bytesRead;
      if (size > MAX_FILE) throw new FileRefused(`${path} is larger than ${MAX_FILE} bytes. Read it with a tool of your own.`);
      parts.push(Buffer.from(buffer.subarray(0, bytesRead)));
    }
    return linesOf(Buffer.concat(parts).toString('utf8'), line ?? 1, limit ?? Infinity);
  } finally {
    await handle.close();
  }
}

/** Replaces what is in a text file inside a directory, or makes it. Directories are not made. */
export async function writeInside(root: string, path: string, content: string): Promise<void> {
  if (Buffer.byteLength(content) > MAX_FILE) throw new FileRefused(`More than ${MAX_FILE} bytes. Write it with a tool of your own.`);
  const handle = await openInside(root, path, 'write');
  try {
    await handle.truncate(0);
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

function linesOf(text: string, first: number, count: number): string {
  if (first <= 1 && count === Infinity) return text;
  return text.split(/(?<=\n)/).slice(Math.max(first, 1) - 1).slice(0, count).join('');
}
