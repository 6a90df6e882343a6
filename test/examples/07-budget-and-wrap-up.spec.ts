import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('07-budget-and-wrap-up', () => {
  it('should tell near the end of a budget, keep what there is at its end, and let a pause cost no time', async () => {
    const { code, stdout, stderr } = await runExample('07-budget-and-wrap-up').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'warned    The scope reading has spent 800 tokens of a budget of 1000; over that it ends as budget_exceeded.',
      'deaf      budget_exceeded: read to page 7',
      'listens   completed: read to page 4',
      'spent     1100 tokens of 1000',
      'refused   The scope reading has spent 1100 tokens of a budget of 1000. Nothing more can be started; go on with what there is.',
      'paused    running, waiting: the provider asks for a pause',
      'slow      completed: read to page n',
      'paused    completed: answered after the pause',
      'closed    nothing is left running',
    ]);
  });
});
