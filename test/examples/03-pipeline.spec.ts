import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('03-pipeline', () => {
  it('should feed children with children, and really stop the losers', async () => {
    const { code, stdout, stderr } = await runExample('03-pipeline').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'mergeMap   CHAPTER A, CHAPTER B, CHAPTER C',
      'race       a quick answer; still at work: 0',
      'switchMap  answer to question 3; still at work: 0',
      'watched    background: step 1',
      'watched    background: step 2',
      'unwatched  still at work: 1',
      'cancelled  still at work: 0',
    ]);
  });
});
