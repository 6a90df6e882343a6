import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter } from '../../../../src/core/internal/output/lineSplitter.js';

function split(chunks: readonly string[], maxBytes = 65_536, width = Infinity): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxBytes, (line) => { lines.push(line); }, width);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return lines;
}

/** A text and the places where it is cut into chunks, between the halves of surrogate pairs too. */
const cutText = fc.record({
  words: fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\r', '\n', '\r\n', '\ud83d', '\ude00'), maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', '\n', '\ud83d', '\ude00'), maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('a', '€'), maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\r', '👩‍🚒', '❤️', '🎉'), maxLength: 30 }),
  ),
  cuts: fc.array(fc.nat(20)),
}).map(({ words, cuts }) => {
  const places = [0, ...cuts.filter((cut) => cut < words.length).sort((a, b) => a - b), words.length];
  return { words, chunks: places.slice(1).map((place, n) => words.slice(places[n], place)) };
});

describe('LineSplitter', () => {
  it('should end a line at \\n and at \\r\\n, and keep the last frame where there is a bare \\r', () => {
    expect(split(['a\nb\r\nc\rd\n\ne'])).toEqual(['a', 'b', 'd', '', 'e']);
  });

  it('should emit a line as soon as it ends', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(100, (line) => { lines.push(line); });
    splitter.push('a');
    expect(lines).toEqual([]);
    splitter.push('b\nc');
    expect(lines).toEqual(['ab']);
    splitter.push('\nd\n');
    expect(lines).toEqual(['ab', 'c', 'd']);
  });

  it('should emit what is in hand when it is flushed, once, and nothing where there is nothing', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter(100, (line) => { lines.push(line); });
    splitter.flush();
    splitter.push('');
    splitter.flush();
    splitter.push('a');
    splitter.flush();
    splitter.flush();
    splitter.push('b\n');
    splitter.flush();
    expect(lines).toEqual(['a', 'b']);
  });

  it('should take a \\r\\n that was cut in two for one newline', () => {
    expect(split(['a\r', '\nb', '\r', '\n'])).toEqual(['a', 'b']);
  });

  it('should put a surrogate pair that was cut in two together again', () => {
    expect(split(['\ud83d', '\ude00\n', 'x\ud83d', '\ude00'])).toEqual(['😀', 'x😀']);
  });

  it.each([
    ['a line that never ends', ['abcdefghij'], 4, ['abcd', 'efgh', 'ij']],
    ['the same, a character at a time', Array.from('abcdefghij'), 4, ['abcd', 'efgh', 'ij']],
    ['a line of just so many bytes', ['abcd\nefgh'], 4, ['abcd', 'efgh']],
    ['a line of just so many bytes before CRLF', ['abcd\r\nef'], 4, ['abcd', 'ef']],
    ['the same, a character at a time', Array.from('abcd\r\nef'), 4, ['abcd', 'ef']],
    ['a bare CR beyond the limit', ['abcd', '\r', 'ef'], 4, ['ef']],
    ['frames that are too long, at blanks where there are some', ['ab cd ef\rg'], 4, ['ab ', 'cd ', 'g']],
    ['characters of two bytes', ['éééé'], 5, ['éé', 'éé']],
    ['characters of three bytes', ['€€€'], 6, ['€€', '€']],
    ['surrogate pairs, whole or not at all', ['a😀😀'], 7, ['a😀', '😀']],
    ['a pair that came in two', ['abc', '\ud83d', '\ude00'], 6, ['abc', '😀']],
    ['a pair that fits just so', ['ab', '\ud83d', '\ude00'], 6, ['ab😀']],
  ])('should end at the limit %s', (_, chunks, maxBytes, lines) => {
    expect(split(chunks, maxBytes)).toEqual(lines);
  });

  it('should count what comes after a line that was ended at the limit from its first character on', () => {
    expect(split(['aaaaaaaaaa', ...Array.from('bcdefghijk')], 9)).toEqual(['aaaaaaaaa', 'abcdefghi', 'jk']);
  });

  it('should not take the half of a pair in one line for the start of a pair in the next', () => {
    expect(split(['a\ud83d\n\ude00xyz'], 4)).toEqual(['a\ud83d', '\ude00x', 'yz']);
  });

  it('should give the same lines for every chunking', () => {
    const width = fc.constantFrom(1, 2, 5, 6, 8, Infinity);
    fc.assert(fc.property(cutText, fc.constantFrom(4, 5, 6, 7, 9, 65_536), width, ({ words, chunks }, maxBytes, most) => {
      expect(split(chunks, maxBytes, most)).toEqual(split([words], maxBytes, most));
    }), { numRuns: 5_000 });
  });

  it('should give the lines that a split of the whole would, where no line is too long', () => {
    fc.assert(fc.property(cutText, ({ words, chunks }) => {
      // What shows nothing takes nobody's place.
      const expected = words.split('\n').map((line) => {
        const frames = line.split('\r').filter((frame) => frame !== '');
        return frames.findLast((frame) => frame.trim() !== '') ?? frames.at(-1) ?? '';
      });
      if (expected.at(-1) === '') expected.pop();
      expect(split(chunks)).toEqual(expected);
    }));
  });

  it.each([
    ['behind the last blank that fits', ['aa bb cc dd'], 6, ['aa bb ', 'cc dd']],
    ['the same, a character at a time', Array.from('aa bb cc dd'), 6, ['aa bb ', 'cc dd']],
    ['a word that is longer, parted', ['a bcdefghij k'], 4, ['a ', 'bcde', 'fghi', 'j k']],
    ['not a line that fits just so', ['abcd\nabcd\r\n'], 4, ['abcd', 'abcd']],
    ['not between the halves of a pair', ['abc😀'], 4, ['abc', '😀']],
    ['not in what joiners hold together', ['ab👩‍🚒x'], 6, ['ab', '👩‍🚒x']],
    ['not before what varies a character', ['abc❤️'], 4, ['abc', '❤️']],
    ['in the middle of what is longer than the row', ['👩‍👩‍👧‍👦'], 4, ['👩‍', '👩‍', '👧‍', '👦']],
  ])('should wrap %s', (_, chunks, width, rows) => {
    expect(split(chunks, 65_536, width)).toEqual(rows);
  });

  it('should lose nothing by wrapping, and give no row that is too long', () => {
    const anyWords = fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '😀', '👩‍🚒'), maxLength: 60 });
    fc.assert(fc.property(anyWords, fc.integer({ min: 2, max: 9 }), (words, width) => {
      const rows = split([words], 65_536, width);
      expect(rows.join('')).toBe(words);
      for (const row of rows) {
        expect(row.length).toBeLessThanOrEqual(width);
        expect(Buffer.from(row).toString()).toBe(row);
      }
    }));
  });

  it('should say whether a line ends with a row', () => {
    const rows: [string, boolean][] = [];
    const splitter = new LineSplitter(100, (row, ended) => { rows.push([row, ended]); }, 3);
    splitter.push('aa bb\ncc');
    splitter.flush();
    expect(rows).toEqual([['aa ', false], ['bb', true], ['cc', true]]);
  });

  it('should show the row in hand, its last frame only', () => {
    const splitter = new LineSplitter(100, () => undefined, 6);
    const hand = (chunk: string): string => {
      splitter.push(chunk);
      return splitter.inHand;
    };
    expect(['10 %', '\r', '20 %\r', '3', '\r\r', '\n', 'on ', 'and on'].map(hand)).toEqual([
      '10 %', '10 %', '20 %', '3', '3', '', 'on ', 'and on',
    ]);
    splitter.flush();
    expect(splitter.inHand).toBe('');
  });

  it('should keep no more of a progress bar that never ends than a line may take, in linear time', () => {
    const frames = (count: number): number => {
      const splitter = new LineSplitter(65_536, () => undefined);
      const before = process.cpuUsage();
      for (let n = 0; n < count; n++) splitter.push(`\r${n} %`);
      expect(splitter.inHand).toBe(`${count - 1} %`);
      expect((splitter as unknown as { row: string }).row.length).toBeLessThan(65_536);
      return process.cpuUsage(before).user;
    };
    frames(50_000);
    // Doubled three times: quadratic would be 64 times as much. Below 20 ms a clock says nothing.
    const least = (count: number): number => Math.min(...[1, 2, 3].map(() => frames(count)));
    expect(least(800_000) / Math.max(least(100_000), 20_000)).toBeLessThan(24);
  });

  it('should never give a line over the limit, lose a character, or part a pair', () => {
    const wellFormed = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }));
    fc.assert(fc.property(wellFormed, fc.integer({ min: 4, max: 12 }), (chunks, maxBytes) => {
      const lines = split(chunks.map((chunk) => chunk.replace(/[\r\n]/g, '')), maxBytes);
      expect(lines.join('')).toBe(chunks.join('').replace(/[\r\n]/g, ''));
      for (const line of lines) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(maxBytes);
        expect(Buffer.from(line).toString()).toBe(line);
      }
    }));
  });
});
