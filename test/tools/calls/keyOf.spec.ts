import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keyOf } from '../../../src/tools/calls/keyOf.js';

const key = (input: unknown, callId = 'call_1', agent = 'worker') => keyOf(callId, 'delegate_task', agent, input);

describe('keyOf', () => {
  it('should be the same for the same id, tool, agent and input, in whatever order its fields come', () => {
    expect(key({ goal: 'a', more: { one: 1, two: [2] } })).toBe(key({ more: { two: [2], one: 1 }, goal: 'a' }));
  });

  it.each([
    ['another input', key({ goal: 'b' })],
    ['one field more', key({ goal: 'a', context: '' })],
    ['another id', key({ goal: 'a' }, 'call_2')],
    ['another agent', key({ goal: 'a' }, 'call_1', 'other')],
    ['another tool', keyOf('call_1', 'delegate_task_async', 'worker', { goal: 'a' })],
    ['a list for an object', key([['goal', 'a']])],
  ])('should be another one for %s', (_, other) => {
    expect(other).not.toBe(key({ goal: 'a' }));
  });

  it('should tell inputs apart that differ in anything', () => {
    const seen = new Map<string, string>();
    fc.assert(fc.property(fc.jsonValue(), (input) => {
      const text = JSON.stringify(input, (_, value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort()) : value);
      const made = key(input)!;
      expect(seen.get(made) ?? text).toBe(text);
      seen.set(made, text);
    }), { numRuns: 2_000 });
  });

  it('should be short however long the id and the input are', () => {
    expect(key({ goal: 'x'.repeat(1_000_000) }, 'y'.repeat(10_000))!.length).toBeLessThan(120);
  });

  it('should be none for what is no data', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect([key(round), key({ size: 1n }), key({ get goal() { throw new Error('no'); } })]).toEqual([undefined, undefined, undefined]);
  });
});
