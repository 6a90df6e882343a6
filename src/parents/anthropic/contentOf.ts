import { base64Of } from '../../core/base64.js';
import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';

/** A block of a `tool_result`. */
export type ResultBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; source: { type: 'base64'; media_type: ImageType; data: string } }
  | { type: 'document'; source: DocumentSource; title?: string };

type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';
type DocumentSource =
  | { type: 'base64'; media_type: 'application/pdf'; data: string } | { type: 'text'; media_type: 'text/plain'; data: string };

const IMAGES: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'] satisfies ImageType[]);

/** An answer as the content of a `tool_result`: its JSON, and behind it the files that the API takes. The others are named in the JSON. */
export function contentOf(answer: unknown): string | ResultBlock[] {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
  const blocks = mediaOf(answer).flatMap(blockOf);
  return blocks.length === 0 ? text : [{ type: 'text', text }, ...blocks];
}

function blockOf({ mediaType, data, filename }: Media): readonly ResultBlock[] {
  const title = filename === undefined ? {} : { title: filename };
  if (IMAGES.has(mediaType)) {
    return [{ type: 'image', source: { type: 'base64', media_type: mediaType as ImageType, data: base64Of(data) } }];
  }
  if (mediaType === 'application/pdf') {
    return [{ type: 'document', source: { type: 'base64', media_type: mediaType, data: base64Of(data) }, ...title }];
  }
  if (!mediaType.startsWith('text/')) return [];
  return [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: new TextDecoder().decode(data) }, ...title }];
}
