import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capText } from '../../../src/tools/answers/text/capText.js';
import { cleanText } from '../../../src/tools/answers/text/cleanText.js';
import { controlLaden } from '../support/controlLaden.js';
import { isVisible } from '../support/visible.js';

const CAP = 24_000;
const MARK = /\n… \[(\d+) characters left out\] …\n/;

describe('capText', () => {
  it('should hand on what is within the cap, cleaned', () => {
    expect(capText('')).toEqual({ text: '', truncated: false });
    expect(capText('\u001b[31mred\u001b[0m')).toEqual({ text: 'red', truncated: false });
    expect(capText('x'.repeat(CAP))).toEqual({ text: 'x'.repeat(CAP), truncated: false });
  });

  it('should keep head and tail of what is over the cap, and say between them how much is gone', () => {
    const text = `begin${'x'.repeat(CAP)}end`;
    const { text: capped, truncated } = capText(text);
    const [head = '', gone = '', tail = ''] = capped.split(MARK);

    expect(truncated).toBe(true);
    expect(capped.length).toBeLessThanOrEqual(CAP);
    expect(head.startsWith('begin')).toBe(true);
    expect(tail.endsWith('end')).toBe(true);
    expect(head.length + Number(gone) + tail.length).toBe(text.length);
  });

  it('should count what can be seen, not what was cleaned away', () => {
    expect(capText('\u001b[31mx\u001b[0m'.repeat(CAP))).toEqual({ text: 'x'.repeat(CAP), truncated: false });
  });

  it('should cap a text that is too long to be read as a whole', () => {
    const text = `begin${'x'.repeat(30_000_000)}end`;
    const { text: capped, truncated } = capText(text);
    const [head = '', gone = '', tail = ''] = capped.split(MARK);

    expect(truncated).toBe(true);
    expect(capped.length).toBeLessThanOrEqual(CAP);
    expect([head.slice(0, 6), tail.slice(-4)]).toEqual(['beginx', 'xend']);
    expect(head.length + Number(gone) + tail.length).toBe(text.length);
  });

  it.each([0, 1])('should part no character, shifted by %d', (shift) => {
    for (const length of [CAP, 1_000_000]) {
      const { text } = capText('x'.repeat(shift) + '😀'.repeat(length) + 'x'.repeat(shift));

      expect(text.replace(MARK, '')).toMatch(/^x?(?:😀)+x?$/u);
    }
  });

  const joined = ['1\ufe0f\u20e3', '❤\ufe0f\u200d🔥', '👨🏽\u200d🚀', '👩\u200d👩\u200d👧', 'ی\u200cخ'];

  it.each(joined)('should leave no joiner without its parts: %s', (part) => {
    for (let shift = 0; shift < part.length; shift++) {
      const { text } = capText('x'.repeat(shift) + part.repeat(2 * CAP) + 'x'.repeat(shift));

      expect(cleanText(text)).toBe(text);
      expect(text.length).toBeLessThanOrEqual(CAP);
    }
  });

  it('should never be over the cap nor show what is hidden, wherever the cut falls', () => {
    fc.assert(fc.property(controlLaden(40), fc.integer({ min: 1, max: 2 * CAP }), (part, length) => {
      const { text, truncated } = capText(part.repeat(Math.ceil(length / part.length)));
      expect(text.length).toBeLessThanOrEqual(CAP);
      expect(isVisible(text)).toBe(true);
      expect(cleanText(text)).toBe(text);
      expect(MARK.test(text)).toBe(truncated);
    }), { numRuns: 200 });
  });
});
