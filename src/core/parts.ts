import { AN_OBJECT, check, count, WORDS, type Kind } from './check.js';
import { InvalidArgumentError } from './errors.js';
import { jsonProblem } from './internal/durable/jsonProblem.js';
import { passes } from './passes.js';
import type { Json } from './json.js';

/** A text in a result. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** Data in a result. */
export interface JsonPart {
  readonly type: 'json';
  readonly value: Json;
}

/** A picture or another file in a result: its bytes, or where it is. */
export type MediaPart = MediaInfo & (
  /** Not to be changed any more. */
  | { readonly data: Uint8Array; readonly path?: undefined }
  /** Of a file of the machine on which the session runs. It is read whenever the result is handed on, and not before. */
  | { readonly path: string; readonly data?: undefined });

/** What is said of a file. */
export interface MediaInfo {
  readonly type: 'image' | 'file';
  /** As in `image/png`. */
  readonly mediaType: string;
  readonly filename?: string | undefined;
  /** Pixels. @defaultValue what PNG, JPEG, GIF and WebP say themselves */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** One part of a result. */
export type Part = TextPart | JsonPart | MediaPart;

/** A result of several parts; only `parts()` makes one, so that no data of a child's can pass for it. */
export interface Parts {
  readonly parts: readonly Part[];
  /** Bytes are named, and not spelled out. */
  toJSON(): object;
}

/** The same in every copy of the package, and in no JSON. */
const mark = Symbol.for('sidestream.parts');

class ResultParts implements Parts {
  constructor(readonly parts: readonly Part[]) {
    Object.freeze(this);
  }

  get [mark](): true { return true; }

  toJSON(): object {
    return { parts: this.parts.map((part) => 'data' in part ? { ...part, data: `[${part.data!.byteLength} bytes]` } : part) };
  }
}

const TEXT: Kind = [(value) => typeof value === 'string', 'a string'];
const BYTES: Kind = [(value) => ArrayBuffer.isView(value), 'bytes, such as a Uint8Array'];
const MEDIA_TYPE: Kind = [(value) => /^\w+\/[\w.+-]+$/.test(value as string), 'a media type, such as image/png'];

/**
 * A result of several parts: texts, data, pictures and other files. The tools hand it on as the parts of the parent's framework, and where
 * only text can be read, each picture or file is one line that says what it is.
 *
 * ```ts
 * import { collect, createSession, parts, result } from 'sidestream';
 *
 * const painter = () => [result(parts([
 *   { type: 'text', text: 'Sales, by month' },
 *   { type: 'image', mediaType: 'image/png', path: 'out/sales.png' }, // or its bytes: data
 * ]))];
 * const { parts: [first] } = await collect(createSession().delegate(painter, { goal: 'paint the sales' }));
 * console.log(first?.type); // text
 * ```
 *
 * @throws InvalidArgumentError where a part is not what it should be
 */
export function parts(list: readonly Part[]): Parts {
  check('parts', list, [Array.isArray, 'a list of parts']);
  return new ResultParts(Object.freeze(list.map((part, n) => Object.freeze(readPart(part, `parts[${n}]`)))));
}

/** Whether a result is one of several parts. */
export const isParts = (value: unknown): value is Parts =>
  passes(value, (it) => (Object(it) as { readonly [mark]?: unknown })[mark] === true);

/** The same, of parts that were read before. */
export const partsAgain = (list: readonly Part[]): Parts => new ResultParts(list);

function readPart(part: Part, path: string): Part {
  check(path, part, AN_OBJECT);
  const { type } = part;
  if (type === 'text') {
    check(`${path}.text`, part.text, TEXT);
    return { type, text: part.text };
  }
  if (type === 'json') {
    const problem = jsonProblem(part.value, `${path}.value`);
    if (problem !== undefined) throw new InvalidArgumentError(`A part of the type json is plain data, and ${problem}.`);
    return { type, value: part.value };
  }
  check(`${path}.type`, type, [(value) => value === 'image' || value === 'file', 'text, json, image or file']);
  const { mediaType, data, path: file, filename, width, height } = part;
  check(`${path}.mediaType`, mediaType, MEDIA_TYPE);
  if (filename !== undefined) check(`${path}.filename`, filename, WORDS);
  for (const pixels of [width, height]) if (pixels !== undefined) check(`the width and height of ${path}`, pixels, count(1));
  if (file === undefined) check(`${path}.data`, data, BYTES);
  else check(`${path}.path`, data === undefined ? file : { file, data }, WORDS);
  return {
    type, mediaType, ...file === undefined ? { data } : { path: file },
    ...filename !== undefined && { filename }, ...width !== undefined && height !== undefined && { width, height },
  };
}
