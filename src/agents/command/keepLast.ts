import { tailOf } from '../../core/tailOf.js';

/** The end of a text that comes in chunks. */
export interface KeptText {
  add(chunk: string): void;
  /** What is kept, with a mark in front that says how much is gone. */
  whole(): string;
  /** The same with what was at its very end and is no part of it, where that fits in. */
  wholeWithRest(): string;
}

/**
 * Keeps the end of a text that comes in chunks, and marks it where something is gone.
 *
 * @param endIn - where in a chunk ends what may be the end of the text; what is behind that and stays there pushes nothing out, such as
 * blanks. Without it everything is part of it
 */
export function keepLast(limit: number, endIn?: (chunk: string) => number): KeptText {
  let kept = '';
  let gone = 0;
  /** What would be its end, and is no part of it yet. */
  let blanks = '';
  let blanksGone = 0;
  const cut = (): void => {
    const last = tailOf(kept, limit);
    gone += kept.length - last.length;
    kept = last;
  };
  const keep = (text: string): void => {
    kept += text;
    if (kept.length > 2 * limit) cut();
  };
  const hold = (text: string): void => {
    blanks += text;
    if (blanks.length <= 2 * limit) return;
    blanksGone += blanks.length - limit;
    blanks = blanks.slice(-limit);
  };
  function whole(): string {
    if (kept.length > limit) cut();
    return gone === 0 ? kept : `[… ${gone} characters left out …]\n${kept}`;
  }
  return {
    add(chunk) {
      if (endIn === undefined) {
        keep(chunk);
        return;
      }
      const text = chunk.slice(0, endIn(chunk));
      if (text !== '') {
        // Where so many blanks are gone, all before them is, too.
        if (blanksGone > 0) {
          gone += kept.length + blanksGone;
          kept = '';
        }
        keep(blanks + text);
        blanks = '';
        blanksGone = 0;
      }
      hold(chunk.slice(text.length));
    },
    whole,
    wholeWithRest: () => gone === 0 && blanksGone === 0 && kept.length + blanks.length <= limit ? kept + blanks : whole(),
  };
}
