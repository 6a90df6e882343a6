import { tailOf } from '../../core/tailOf.js';

/** Keeps the end of a text that comes in chunks, and marks it where something is gone. */
export function keepLast(limit: number): { add(chunk: string): void; whole(): string } {
  let kept = '';
  let gone = 0;
  const cut = (): void => {
    const last = tailOf(kept, limit);
    gone += kept.length - last.length;
    kept = last;
  };
  return {
    add(chunk) {
      kept += chunk;
      if (kept.length > 2 * limit) cut();
    },
    whole() {
      if (kept.length > limit) cut();
      return gone === 0 ? kept : `[… ${gone} characters left out …]\n${kept}`;
    },
  };
}
