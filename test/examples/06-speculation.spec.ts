import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('06-speculation', () => {
  it('should have one result of several agents, and stop those that are not needed', async () => {
    const { code, stdout, stderr } = await runExample('06-speculation').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'race       "the news, in short"',
      '           race completed, slow cancelled (lost the race to quick), quick completed',
      'hedge      "the weather, in short"',
      '           quick completed, quick completed',
      'hedge      "the weather, in short"',
      '           slow completed, slow cancelled (lost to quick), quick completed',
      'firstWhere "mended"',
      '           firstWhere completed, rewrite cancelled (mend matched first), mend completed',
      'quorum     {"count":4}',
      '           quorum completed, counter1 completed, counter2 completed, counter3 completed, '
        + 'slow cancelled (not needed: the quorum was reached)',
    ]);
  });
});
