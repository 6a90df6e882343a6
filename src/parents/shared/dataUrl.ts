import { base64Of } from '../../core/base64.js';
import type { Media } from '../../tools/answers/media/mediaOf.js';

/** A file as a URL that holds it. */
export const dataUrl = ({ mediaType, data }: Media): string => `data:${mediaType};base64,${base64Of(data)}`;

/** What a file is called, where it has to be called something. */
export const nameOf = ({ filename, mediaType }: Media): string => filename ?? `file.${mediaType.split('/')[1]!.replace(/[^\w.-]/g, '')}`;
