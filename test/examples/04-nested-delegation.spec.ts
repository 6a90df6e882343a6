import { describe, expect, it } from '@jest/globals';
import { runExample } from './support/runExample.js';

describe('04-nested-delegation', () => {
  it('should let a child delegate, and end its children with it', async () => {
    const { code, stdout, stderr } = await runExample('04-nested-delegation').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.endsWith('letters')).sort()).toEqual([
      'counter  agents has 6 letters', 'counter  as has 2 letters', 'counter  background has 10 letters',
      'counter  observables has 11 letters',
    ]);
    expect(lines.slice(-7)).toEqual([
      'sum      29',
      'adder    2 children at work',
      'counter  parent_ended',
      'counter  parent_ended',
      'adder    not needed',
      'status   adder cancelled, counter cancelled, counter cancelled',
      'closed   nothing is left running',
    ]);
  });
});
