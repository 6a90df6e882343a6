import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('02-steer-on-stall', () => {
  it('should steer the child when it falls silent, once, and collect its result', async () => {
    const { code, stdout, stderr } = await runExample('02-steer-on-stall').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'child     hall: open',
      'child     kitchen: open',
      'child     locked-cellar: no key, waiting',
      'operator  silence, so: the key is under the mat',
      'child     told: the key is under the mat',
      'child     cellar: open',
      'child     garden: open',
      'result    went through 4 doors',
    ]);
  });
});
