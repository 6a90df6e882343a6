import { describe, expect, it } from '@jest/globals';
import { readSteering } from '../../../examples/researcher/readSteering.js';

describe('readSteering', () => {
  it.each([
    ['only src/**', { type: 'only', pattern: 'src/**' }],
    ['Only:  "my notes/a b.md" ', { type: 'only', pattern: 'my notes/a b.md' }],
    ['only ./src/', { type: 'only', pattern: 'src/' }],
    ['skip `*.spec.ts`', { type: 'skip', pattern: '*.spec.ts' }],
    ['SKIP test', { type: 'skip', pattern: 'test' }],
    ['enough', { type: 'enough' }],
    ['  Enough! ', { type: 'enough' }],
  ])('should understand %j', (text, word) => {
    expect(readSteering(text)).toEqual(word);
  });

  it.each(['only', 'only  ', 'skip ""', 'onlysrc', 'enough of src', 'please look in src', ''])('should not guess what %j means', (text) => {
    expect(readSteering(text)).toEqual({ type: 'unknown', text: text.trim() });
  });
});
