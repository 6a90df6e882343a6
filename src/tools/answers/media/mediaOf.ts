/** A picture or another file that goes with an answer. */
export interface Media {
  readonly type: 'image' | 'file';
  readonly mediaType: string;
  readonly data: Uint8Array;
  readonly filename?: string | undefined;
}

const mark = Symbol.for('sidestream.media');

/** What goes with a tool's answer beside its JSON, for whoever can hand it on; the answer itself has a line for each. */
export const mediaOf = (answer: unknown): readonly Media[] =>
  (Object(answer) as { readonly [mark]?: readonly Media[] })[mark] ?? [];

/** Gives an answer what goes with it, where there is anything: in no JSON, and not copied with its fields. */
export const withMedia = <A extends object>(answer: A, media: readonly Media[]): A =>
  media.length === 0 ? answer : Object.defineProperty(answer, mark, { value: media });
