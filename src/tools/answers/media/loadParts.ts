import type { MediaPart, Parts } from '../../../core/parts.js';
import { nodeModule } from '../platform.js';
import type { Media } from './mediaOf.js';
import { mediaLine, partLine, sizeOf } from './partLine.js';

/** Bytes of all files that one answer hands on. */
const MAX_MEDIA = 8_388_608;

/** A result of parts as it is handed on: a text for each part, and the files. */
export interface LoadedParts {
  readonly lines: readonly string[];
  readonly media: readonly Media[];
}

/** Reads the files of a result. One that is not there, or too large, is named, and says so. @param toJson - of data */
export async function loadParts({ parts }: Parts, toJson: (value: unknown) => string): Promise<LoadedParts> {
  const lines: string[] = [];
  const media: Media[] = [];
  let left = MAX_MEDIA;
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'json') {
      lines.push(partLine(part, toJson));
      continue;
    }
    const read = await readPart(part, left);
    if (typeof read === 'string') {
      lines.push(mediaLine(part, part.data, read));
      continue;
    }
    const { type, mediaType } = part;
    const filename = part.filename ?? part.path?.split(/[\\/]/).at(-1);
    left -= read.byteLength;
    lines.push(mediaLine(part, read));
    media.push({ type, mediaType, data: read, ...filename !== undefined && { filename } });
  }
  return { lines, media };
}

/** The bytes of a part, or why there are none. */
async function readPart({ data, path }: MediaPart, most: number): Promise<Uint8Array | string> {
  const tooLarge = (bytes: number): string => `too large to be handed on (${sizeOf(bytes)})`;
  if (data !== undefined) {
    return data.byteLength > most ? tooLarge(data.byteLength) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const files = nodeModule('node:fs')?.promises;
  if (files === undefined) return 'files cannot be read here';
  try {
    // Looked at before it is opened: opening a pipe would wait for whoever writes into it.
    const { size, isFile } = await files.stat(path).then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
    if (!isFile) return 'this is no file';
    if (size > most) return tooLarge(size);
    const read = await files.readFile(path);
    return read.byteLength > most ? tooLarge(read.byteLength) : new Uint8Array(read.buffer, read.byteOffset, read.byteLength);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file is not there' : 'the file cannot be read';
  }
}
