import { parts } from '../../../src/index.js';

/** A result with a picture of one pixel. */
export const picture = parts([
  { type: 'text', text: 'One pixel:' },
  { type: 'image', mediaType: 'image/png', data: Uint8Array.from(atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ), (char) => char.charCodeAt(0)) },
]);
