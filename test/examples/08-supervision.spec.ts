import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('08-supervision', () => {
  it('should start an agent again that fails or hangs, and give up what keeps failing', async () => {
    const { code, stdout, stderr } = await runExample('08-supervision').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'attempt 2   because fetcher failed: connection lost',
      'attempt 3   because fetcher failed: The task put nothing out for its idle timeout of 200 ms',
      'result      the file as text',
      'children    failed, failed, completed',
      'given up    hopeless failed 3 times within 5000 ms, and is not started again: no such host.',
      'either      the other one',
      'closed      nothing is left running',
    ]);
  });
});
