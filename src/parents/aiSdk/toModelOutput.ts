import { base64Of } from '../../core/base64.js';
import { mediaOf } from '../../tools/answers/media/mediaOf.js';
import type { ToolResultOutput } from './sdk.js';

/**
 * An answer as a model is given it: its JSON, and behind it the files of a result. The names of both versions: 7 knows those of 6, too.
 */
export function toModelOutput({ output }: { readonly output: unknown }): ToolResultOutput {
  const media = mediaOf(output);
  if (media.length === 0) return { type: 'json', value: output as never };
  return {
    type: 'content',
    value: [{ type: 'text', text: JSON.stringify(output) }, ...media.map(({ type, mediaType, data, filename }) => type === 'image'
      ? { type: 'image-data' as const, data: base64Of(data), mediaType }
      : { type: 'file-data' as const, data: base64Of(data), mediaType, ...filename === undefined ? {} : { filename } })],
  };
}
