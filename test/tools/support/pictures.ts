/** Pictures of a known size that no encoder was needed for: the first bytes are what is looked at. */
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

/** 1 × 1, whole. */
export const PNG = bytes('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==');
/** 1 × 1, whole. */
export const GIF = bytes('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7');
/** 1 × 1, lossy, lossless and extended. */
export const WEBP = bytes('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA');
export const WEBP_LOSSLESS = bytes('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==');

/** A PNG that says it is so large; `size` bytes in all. */
export function png(width: number, height: number, size = 48_000): Uint8Array {
  const made = Buffer.alloc(size);
  made.set(PNG.subarray(0, 16));
  made.writeUInt32BE(width, 16);
  made.writeUInt32BE(height, 20);
  return new Uint8Array(made);
}

/** The head of a JPEG of this size, behind a comment and a table. */
export function jpeg(width: number, height: number): Uint8Array {
  const frame = Buffer.alloc(11);
  frame.set([0xff, 0xc2, 0, 9, 8]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xfe, 0, 4, 65, 66, 0xff, 0xff, 0xc4, 0, 3, 0, ...frame, 0xff, 0xda, 0, 2]);
}

/** The head of an extended WebP of this size. */
export function webpExtended(width: number, height: number): Uint8Array {
  const made = Buffer.alloc(32);
  made.write('RIFF', 0);
  made.write('WEBPVP8X', 8);
  made.writeUIntLE(width - 1, 24, 3);
  made.writeUIntLE(height - 1, 27, 3);
  return new Uint8Array(made);
}
