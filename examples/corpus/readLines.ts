import { join } from 'node:path';
import { diskFiles, type Files } from './files.js';
import type { SkipReason } from './skipped.js';

/** A text file's lines, counted as an editor counts them, or why it was not read. */
export type ReadLines =
  | { readonly lines: readonly string[]; readonly bytes: number; readonly skipped?: undefined }
  | { readonly skipped: SkipReason };

const megabyte = 1_048_576;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Endings that promise nothing to read: a folder of photographs need not be loaded to say so. */
const binary = new RegExp(
  String.raw`\.(png|jpe?g|gif|webp|avif|ico|bmp|tiff?|heic|psd|mp3|mp4|m4a|mov|avi|mkv|webm|ogg|flac|wav|ttf|otf|woff2?|eot` +
    '|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|whl|iso|dmg|exe|dll|so|dylib|a|o|obj|lib|pyc|pyo|class|wasm|node' +
    '|pdf|docx?|xlsx?|pptx?|sqlite3?|db|parquet|npy|npz|pt)$',
  'i',
);

/** Reads one file as text. Never rejects: what cannot be read is an answer too. */
export async function readLines(root: string, path: string, files: Files = diskFiles): Promise<ReadLines> {
  if (binary.test(path)) return { skipped: 'binary' };
  let bytes: Uint8Array | undefined;
  try {
    bytes = await files.read(join(root, path), megabyte);
  } catch {
    return { skipped: 'unreadable' };
  }
  if (bytes === undefined) return { skipped: 'over 1 MB' };
  if (bytes.length === 0) return { skipped: 'empty' };
  // No text has a zero byte; UTF-16 has, and is rare enough to be called binary.
  if (bytes.includes(0)) return { skipped: 'binary' };

  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { skipped: 'not UTF-8' };
  }
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (isMinified(lines)) return { skipped: 'minified or generated' };
  return { lines, bytes: bytes.length };
}

/** Prose without line breaks has paragraphs of some hundred characters; what has a thousand a line nobody wrote. */
function isMinified(lines: readonly string[]): boolean {
  let total = 0;
  let filled = 0;
  for (const { length } of lines) {
    if (length > 20_000) return true;
    total += length;
    if (length > 0) filled += 1;
  }
  return total > 1_000 * Math.max(filled, 1);
}
