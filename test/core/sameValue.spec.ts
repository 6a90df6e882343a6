import { describe, expect, it } from '@jest/globals';
import { sameValue } from '../../src/core/sameValue.js';

const circle = (): unknown => {
  const one: { self?: unknown; list: unknown[] } = { list: [] };
  one.self = one;
  one.list.push(one);
  return one;
};
const deep = (end: unknown): unknown => {
  let value = end;
  for (let n = 0; n < 100_000; n++) value = [value];
  return value;
};
/** A list of twice the same list, so often that nobody looks at each of its parts twice. */
const shared = (): unknown => {
  let value: unknown = [];
  for (let n = 0; n < 60; n++) value = [value, value];
  return value;
};

describe('sameValue', () => {
  it.each<[string, unknown, unknown]>([
    ['strings', 'a', 'a'], ['NaN', NaN, NaN], ['nothing', undefined, undefined], ['null', null, null], ['big numbers', 1n, 1n],
    ['lists', [1, [2]], [1, [2]]], ['objects in any order', { a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['dates', new Date(5), new Date(5)], ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    ['circles', circle(), circle()], ['what is deep', deep(1), deep(1)], ['what is shared', shared(), shared()],
    ['empty lists', [], []], ['holes', Array(2), Array(2)],
    ['maps', new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])], ['sets', new Set([1]), new Set([1])],
    ['a field that is undefined, and none', { a: 1 }, { a: 1, b: undefined }],
  ])('should find the same: %s', (_, one, other) => {
    expect(sameValue(one, other)).toBe(true);
    expect(sameValue(other, one)).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ['numbers', 1, 2], ['zeros', 0, -0], ['a number and its name', 1, '1'], ['null and an object', null, {}],
    ['null and nothing', null, undefined], ['a list and an object', [1], { 0: 1 }], ['a list and a longer one', [1], [1, 2]],
    ['a list and one with a hole more', [1], Object.assign([1], { length: 2 })], ['a field more', { a: 1 }, { a: 1, b: null }],
    ['another field', { a: null }, { b: null }], ['a field that is inherited', {}, { toString: 1 }],
    ['dates', new Date(5), new Date(6)], ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['bytes of another kind', new Uint8Array([1]), new Int8Array([1])], ['maps', new Map([[1, 2]]), new Map([[1, 3]])],
    ['a map and a set', new Map(), new Set()],
    ['instances', new (class A { a = 1; })(), new (class A { a = 1; })()], ['functions', () => 1, () => 1],
    ['what is deep', deep(1), deep(2)], ['errors', new Error('a'), new Error('a')],
  ])('should tell apart: %s', (_, one, other) => {
    expect(sameValue(one, other)).toBe(false);
    expect(sameValue(other, one)).toBe(false);
  });

  it('should find everything the same as itself', () => {
    for (const value of [new Map(), () => 1, Symbol('a'), new Error('a'), Promise.resolve()]) {
      expect(sameValue([value], [value])).toBe(true);
    }
  });
});
