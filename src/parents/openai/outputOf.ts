import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';
import { dataUrl, nameOf } from '../shared/dataUrl.js';
import type { ChatMedia, ResponsesPart } from './calls.js';

/** An answer as the output of a call of the Responses API: its JSON, and behind it the files of it. */
export function outputOf(answer: unknown): string | ResponsesPart[] {
  const media = mediaOf(answer);
  return media.length === 0 ? textOf(answer) : [{ type: 'input_text', text: textOf(answer) }, ...media.map((one): ResponsesPart =>
    one.type === 'image' ? { type: 'input_image', image_url: dataUrl(one), detail: 'auto' }
      : { type: 'input_file', filename: nameOf(one), file_data: dataUrl(one) })];
}

/** Files of answers as a user message of chat-completions, whose tool messages take none. */
export const mediaMessage = (files: readonly (readonly [callId: string, media: Media])[]): ChatMedia => ({
  role: 'user',
  content: [
    { type: 'text', text: `Files that tools have answered: ${files.map(([id, one]) => `${nameOf(one)} (${id})`).join(', ')}` },
    ...files.map(([, one]) => one.type === 'image' ? { type: 'image_url', image_url: { url: dataUrl(one) } } as const
      : { type: 'file', file: { filename: nameOf(one), file_data: dataUrl(one) } } as const),
  ],
});

/** An answer as a text. */
export const textOf = (answer: unknown): string => typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
