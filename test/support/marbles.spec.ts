import { describe, expect, it } from '@jest/globals';
import { marbles } from './marbles.js';

describe('marbles', () => {
  it('should turn a wrong expectation red', () => {
    expect(() => marbles(({ cold, expectObservable }) => { expectObservable(cold('-a-|')).toBe('--a|'); })).toThrow();
  });

  it('should tell errors apart by their class', () => {
    expect(() => marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-#', {}, new TypeError('no'))).toBe('-#', {}, new RangeError('no'));
    })).toThrow();
  });

  it('should refuse an async test, whose assertions would pass unseen', () => {
    expect(() => marbles(async () => undefined)).toThrow('synchronous');
  });
});
