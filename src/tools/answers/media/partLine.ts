import { headOf } from '../../../core/cutText.js';
import type { MediaPart, Part } from '../../../core/parts.js';
import { pixelsOf } from './pixelsOf.js';

/** Characters of a name. */
const MAX_NAME = 200;

/**
 * What stands for a part where only text can be read; a text, and data as JSON, stand for themselves.
 *
 * ```
 * [image/png, 48 kB, 640 × 480, sales.png]
 * ```
 *
 * @param toJson - of data
 */
export function partLine(part: Part, toJson: (value: unknown) => string): string {
  switch (part.type) {
    case 'text': return part.text;
    case 'json': return toJson(part.value);
    default: return mediaLine(part);
  }
}

/**
 * The line of a file.
 *
 * @param read - its bytes, where they are known
 * @param trouble - why it is only named
 */
export function mediaLine(part: MediaPart, read = part.data, trouble = ''): string {
  const { mediaType, path, filename = path ?? '', width, height } = part;
  const pixels = width !== undefined && height !== undefined ? [width, height] : read === undefined ? undefined : pixelsOf(read);
  const name = headOf(filename, MAX_NAME).replace(/\s+/g, ' ');
  const facts = [mediaType, read === undefined ? '' : sizeOf(read.byteLength), pixels?.join(' × ') ?? '', name];
  return `[${facts.filter((fact) => fact !== '').join(', ')}${trouble === '' ? '' : `: ${trouble}`}]`;
}

/** A count of bytes for readers: decimal, as in `48 kB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  const [size, unit] = bytes < 999_500 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${size < 10 ? Math.round(size * 10) / 10 : Math.round(size)} ${unit}`;
}
