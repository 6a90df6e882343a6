import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('10-typed-results', () => {
  it('should have results typed, refused with the path, corrected once, as parts, and in a file', async () => {
    const { code, stdout, stderr } = await runExample('10-typed-results').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'in code     good, 8 of 10, 0 notes',
      'by a tool   {"verdict":"good","score":8,"notes":[]}',
      'wrong       invalid_result: `result.score` is not as it should be: Too big: expected number to be <=10.',
      'corrected   good, after 2 requests',
      'a picture   Sales, by month: [image/png, 33 bytes, 2 × 3]',
      'too large   cut, and in a file: 58000 characters',
      'a page      2 lines from 1900',
    ]);
  });
});
