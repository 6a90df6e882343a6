import { describe, expect, it } from '@jest/globals';
import { chooseFocus } from '../../../examples/parent/chooseFocus.js';

const focus = (mentions: Readonly<Record<string, number>>): string | undefined =>
  chooseFocus(new Map(Object.entries(mentions)), [...Object.keys(mentions)].sort());

describe('chooseFocus', () => {
  it('should choose the folder with about half of the mentions', () => {
    expect(focus({ 'a.md': 3, 'src/b.ts': 3, 'src/core/c.ts': 5, 'test/d.ts': 1 })).toBe('src/core/');
  });

  it('should choose a file where there is no folder', () => {
    expect(focus({ 'a.md': 1, 'b.md': 3, 'c.md': 2 })).toBe('b.md');
  });

  it('should not choose what is also a part of other paths', () => {
    expect(focus({ 'a/b/c.md': 2, 'b/d.md': 2, 'e.md': 1 })).toBe('a/');
  });

  it('should choose the same whatever the order', () => {
    expect(focus({ 'b.md': 1, 'a.md': 1 })).toBe(focus({ 'a.md': 1, 'b.md': 1 }));
  });

  it('should prefer one that leaves something outside to be found soon', () => {
    const mentions = new Map([['a/x.ts', 4], ['b/y.ts', 1], ['b/c/z.ts', 4], ['d/w.ts', 1]]);
    expect(chooseFocus(mentions, ['a/x.ts', 'b/y.ts', 'd/w.ts', 'b/c/z.ts'])).toBe('b/');
    expect(chooseFocus(mentions, ['b/y.ts', 'b/c/z.ts', 'd/w.ts', 'a/x.ts'])).not.toBe('b/');
  });

  it('should have nothing to choose from without mentions', () => {
    expect(focus({})).toBeUndefined();
  });
});
