import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from '../../../src/tools/answers/text/cleanText.js';
import { controlLaden } from '../support/controlLaden.js';
import { isVisible } from '../support/visible.js';

describe('cleanText', () => {
  it.each([
    ['CSI colours', 'a\u001b[31mb\u001b[0mc', 'abc'],
    ['CSI that moves and erases', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
    ['CSI with intermediate bytes', 'a\u001b[0 qb', 'ab'],
    ['CSI in eight bits', 'a\u009b31mb', 'ab'],
    ['CSI that is cut off', 'a\u001b[38;5;', 'a'],
    ['short escapes', 'a\u001bc\u001b(0\u001b#8b', 'ab'],
    ['a lone escape', 'a\u001b', 'a'],
    ['OSC ended by BEL', 'a\u001b]0;hidden\u0007b', 'ab'],
    ['OSC ended by ST', 'a\u001b]8;;http://hidden\u001b\\b', 'ab'],
    ['OSC in eight bits', 'a\u009d0;hidden\u009cb', 'ab'],
    ['OSC that never ends, up to its line', 'a\u001b]0;hidden\nb', 'a\nb'],
    ['DCS', 'a\u001bPhidden\u001b\\b\u0090hidden\u009cc', 'abc'],
    ['APC', 'a\u001b_hidden\u001b\\b\u009fhidden\u009cc', 'abc'],
    ['PM and SOS', 'a\u001b^hidden\u001b\\b\u001bXhidden\u001b\\c', 'abc'],
    ['sequences inside sequences', 'a\u001b\u009dhidden\u0007[31mb', 'ab'],
    ['NUL, BEL, BS and DEL', 'a\u0000b\u0007c\bd\u007fe', 'abcde'],
    ['other C1 controls', 'a\u0085b\u0080c', 'abc'],
    ['a bare carriage return', '10 %\r20 %', '10 % 20 %'],
    ['CRLF and the other line breaks', 'a\r\nb\u2028c\u2029d', 'a\nb\nc\nd'],
    ['direction overrides', 'a\u202eb\u202cc\u2066d\u2069e\u200ef\u200fg\u061ch', 'abcdefgh'],
    ['zero-width spaces and joiners of words', 'a\u200bb\u2060c\ufeffd\u00ade\u034ff', 'abcdef'],
    ['zero-width joiners in Latin text', 'a\u200db\u200cc', 'abc'],
    ['fillers', 'a\u3164b\u115fc\uffa0d\u180ee', 'abcde'],
    ['tag characters', 'a\u{e0001}\u{e0068}\u{e0069}\u{e007f}b', 'ab'],
    ['variation selectors one after another', '😀\ufe01\ufe02\u{e0100}\u{e01ef}b', '😀b'],
    ['variation selectors one after each letter', 'a\ufe00b\ufe01c\ufe0fd\ufe0ee', 'abcde'],
    ['emoji selectors beyond the first', '❤\ufe0f\ufe0e\ufe0f', '❤\ufe0f'],
    ['annotation anchors', 'a\ufff9b\ufffac\ufffbd', 'abcd'],
    ['musical marks', 'a\u{1d173}b', 'ab'],
  ])('should take out %s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it.each([
    ['high', 'a\ud83db'],
    ['low', 'a\ude00b'],
  ])('should put the sign for half a character in the place of a lone %s surrogate', (_, text) => {
    expect(cleanText(text)).toBe('a\ufffdb');
  });

  it.each([
    'plain text\twith a tab\nand a second line', 'naïve façade, coöperate', 'e\u0301 in two parts', '日本語と한국어',
    '👩‍👩‍👧 ❤️‍🔥 👨🏽‍🚀 ✔︎ ☎️', '1️⃣ #️⃣', 'می‌خواهم', 'क्‍ष', 'שלום', 'C:\\dir\\[0m', '{"a":"\\u001b[31m"}', 'a  b', '',
  ])('should leave %j as it is', (text) => {
    expect(cleanText(text)).toBe(text);
  });

  it('should leave nothing hidden, whatever comes', () => {
    fc.assert(fc.property(controlLaden(), (text) => {
      const clean = cleanText(text);
      expect(isVisible(clean)).toBe(true);
      expect(cleanText(clean)).toBe(clean);
    }), { numRuns: 2_000 });
  });

  it('should let nothing be read out of what hides beside visible letters', () => {
    const marks = ['', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\ufe00', '\ufe0e', '\ufe0f', '\u{e0061}', '\u{e0101}', '\u00ad'];
    const letters = ['a', '7', ' ', 'я', '語', 'か', '.', '-'];
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...letters), fc.constantFrom(...marks))), (pairs) => {
      expect(cleanText(pairs.flat().join(''))).toBe(pairs.map(([letter]) => letter).join(''));
    }));
  });

  it.each([
    ['plain text', 'x'], ['colours', '\u001b[31mred\u001b[0m '], ['unended strings', '\u001b]'], ['unended sequences', '\u001b[0'],
    ['joiners', '\u200d'], ['halves', '\ud800'], ['8-bit strings', '\u009d'],
  ])('should take time in proportion to the length for %s', (_, part) => {
    const took = (length: number) => {
      const text = part.repeat(length / part.length);
      const start = process.cpuUsage().user;
      cleanText(text);
      return process.cpuUsage().user - start;
    };
    took(100_000);
    expect(took(1_000_000)).toBeLessThan(1_000_000);
  });
});
