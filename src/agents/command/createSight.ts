/** Reads text for what of it would be seen on a terminal. */
export interface Sight {
  /** @returns the index behind the last character of the chunk that shows, 0 where none does */
  read(chunk: string): number;
}

/** Within what a character stands: text, the beginning of an order, an order with parameters, or one with words (a title, a link). */
type Within = 'text' | 'escape' | 'order' | 'words';

const ESCAPE = 0x1b;

/** Blanks, control characters, and those that only say how others are shown. */
const UNSEEN = /^[\s\p{Cc}\p{Cf}]$/u;

/**
 * Tells what shows from blanks, control characters and the orders to a terminal, across chunks, and looks at each character once. An order
 * that is never ended shows nothing.
 */
export function createSight(): Sight {
  let within: Within = 'text';

  /** Whether the character is one of an order, which it may begin or end. */
  function isOrder(code: number): boolean {
    switch (within) {
      case 'text': break;
      case 'escape':
        if (code === 0x5b) within = 'order';
        else if (isWordy(code)) within = 'words';
        // Such as `\x1b(B`: what stands between is still to come.
        else if (code < 0x20 || code > 0x2f) within = 'text';
        if (code >= 0x20 && code < 0x7f) return true;
        break;
      case 'order':
        if (code >= 0x40 && code < 0x7f) within = 'text';
        if (code >= 0x20 && code < 0x7f) return true;
        within = 'text';
        break;
      case 'words':
        if (code === 0x07 || code === 0x9c) within = 'text';
        if (code !== ESCAPE) return true;
        break;
    }
    if (code === ESCAPE) within = 'escape';
    else if (code === 0x9b) within = 'order';
    else if (code === 0x90 || code === 0x9d) within = 'words';
    return within !== 'text';
  }

  return {
    read(chunk) {
      let end = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        let code = chunk.charCodeAt(at);
        if (isOrder(code)) continue;
        if (code >= 0xd800 && code < 0xdc00) {
          code = chunk.codePointAt(at)!;
          if (code > 0xffff) at += 1;
        }
        if (code < 0x7f ? code > 0x20 : !UNSEEN.test(String.fromCodePoint(code))) end = at + 1;
      }
      return end;
    },
  };
}

/** What begins an order with words: `]`, `P`, `X`, `^` and `_`. */
const isWordy = (code: number): boolean => code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f;
