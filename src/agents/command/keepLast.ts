import { tailOf } from '../../core/tailOf.js';

/** The end of a text that comes in chunks. */
export interface KeptText {
  add(chunk: string): void;
  /** What is kept, with a mark in front that says how much is gone. */
  whole(): string;
}

/**
 * Keeps the end of a text that comes in chunks, and marks it where something is gone.
 *
 * @param trims - whether blanks at its very end are no part of it, so that they push nothing out
 */
export function keepLast(limit: number, trims = false): KeptText {
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
  return {
    add(chunk) {
      if (!trims) {
        keep(chunk);
        return;
      }
      const text = chunk.trimEnd();
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
    whole() {
      if (kept.length > limit) cut();
      return gone === 0 ? kept : `[… ${gone} characters left out …]\n${kept}`;
    },
  };
}
