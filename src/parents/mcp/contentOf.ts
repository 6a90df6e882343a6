import { base64Of } from '../../core/base64.js';
import type { Media } from '../../tools/answers/media/mediaOf.js';
import { nameOf } from '../shared/dataUrl.js';
import type { CallToolResult } from './sdk.js';

/** A file of a result, as MCP has it: pictures and sounds as such, a text as a text, everything else as bytes. */
export function contentOf(media: Media): CallToolResult['content'][number] {
  const { mediaType: mimeType, data } = media;
  if (mimeType.startsWith('image/')) return { type: 'image', mimeType, data: base64Of(data) };
  if (mimeType.startsWith('audio/')) return { type: 'audio', mimeType, data: base64Of(data) };
  const uri = `sidestream:///${encodeURIComponent(nameOf(media))}`;
  const isText = mimeType.startsWith('text/');
  return {
    type: 'resource',
    resource: isText ? { uri, mimeType, text: new TextDecoder().decode(data) } : { uri, mimeType, blob: base64Of(data) },
  };
}
