import { base64Of } from '../../core/base64.js';
import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';
import { HAS_FILE_PARTS, type ToolResultOutput } from './sdk.js';

/** An answer as a model is given it: its JSON, and behind it the files of a result. */
export function toModelOutput({ output }: { readonly output: unknown }): ToolResultOutput {
  const media = mediaOf(output);
  if (media.length === 0) return { type: 'json', value: output as never };
  const value: readonly object[] = [{ type: 'text', text: JSON.stringify(output) }, ...media.map(partOf)];
  return { type: 'content', value: value as never };
}

/** In version 7 the names of version 6 are deprecated, and it warns of them. */
function partOf({ type, mediaType, data, filename }: Media): object {
  const named = filename === undefined ? {} : { filename };
  if (HAS_FILE_PARTS) return { type: 'file', mediaType, data: { type: 'data', data: base64Of(data) }, ...named };
  return type === 'image' ? { type: 'image-data', mediaType, data: base64Of(data) }
    : { type: 'file-data', mediaType, data: base64Of(data), ...named };
}
