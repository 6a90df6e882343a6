import { describe, expect, it } from '@jest/globals';
import { excerptOf, readCitation, writeCitation } from '../../../examples/researcher/citation.js';

const whole = { cutBefore: false, cutAfter: false };

describe('writeCitation and readCitation', () => {
  it.each([
    { path: 'a.ts', line: 1, excerpt: 'const a = 1;', ...whole },
    { path: ' with space/and: colon.md', line: 12, excerpt: 'x', ...whole },
    { path: 'a.md', line: 3, excerpt: 'see b.md:4  there (1.5)', cutBefore: true, cutAfter: false },
    { path: 'a.md', line: 3, excerpt: 'both', cutBefore: true, cutAfter: true },
  ])('should be inverse to one another for %j', (citation) => {
    expect(readCitation(writeCitation(citation))).toEqual(citation);
    for (const score of ['245', '9.4', '0.0011', '1.2e-7']) {
      expect(readCitation(`${writeCitation(citation)}  (${score})`)).toEqual(citation);
    }
  });

  it.each(['read 3 of 5 files, 4 passages', 'only src/: 4 of 5 files; starting over in these', 'looking for a in 3 files', ''])(
    'should not take %j for one',
    (line) => expect(readCitation(line)).toBeUndefined(),
  );
});

describe('excerptOf', () => {
  const about = (word: string) => (piece: string) => (piece.includes(word) ? 1 : 0);

  it.each([
    ['  * trims the buffer', 'trims the buffer'],
    ['\tif (x) {\t// trims', 'trims'],
    ['a \u202Etrims\u202C b', 'trims'],
    ['a \u3164 trims \uFE0F\uFE0F b', 'trims'],
    ['it trims \u270F\uFE0F pencils', 'it trims \u270F\uFE0F pencils'],
    ['    return x; // trims', 'return x; // trims'],
  ])('should quote %j as %j', (line, excerpt) => {
    expect(excerptOf(line, about('trims')).excerpt).toBe(excerpt);
  });

  it('should not call the mark of a comment something that it left out', () => {
    expect(excerptOf('  // trims', about('trims'))).toEqual({ excerpt: 'trims', ...whole });
  });

  it('should quote a long line from near the word, literally', () => {
    const line = `${'lorem ipsum '.repeat(100)}and here it trims the buffer ${'dolor sit '.repeat(100)}`;
    const { excerpt, ...cut } = excerptOf(line, about('trims'));
    expect(cut).toEqual({ cutBefore: true, cutAfter: true });
    expect(excerpt.length).toBeLessThanOrEqual(100);
    expect(excerpt).toContain('trims');
    expect(line).toContain(excerpt);
  });
});
