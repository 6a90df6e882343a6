import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from '../../../src/tools/answers/cleanText.js';
import { summaryOf } from '../../../src/tools/answers/summaryOf.js';
import { controlLaden } from '../support/controlLaden.js';
import { isVisible } from '../support/visible.js';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

describe('summaryOf', () => {
  it.each<[string, unknown, string]>([
    ['a string as it is', 'found it', 'found it'],
    ['an empty string', '', ''],
    ['a string that is JSON already', '{"a": 1}', '{"a": 1}'],
    ['an object as JSON', { a: 1, b: ['x', null] }, '{"a":1,"b":["x",null]}'],
    ['an array', [1, 2], '[1,2]'],
    ['a map by its entries', new Map([['a', 1]]), '[["a",1]]'],
    ['a set by its members', { found: new Set(['x']) }, '{"found":["x"]}'],
    ['an error by its name and message', new RangeError('too far'), '"RangeError: too far"'],
    ['a number', 42, '42'],
    ['NaN, which JSON has not', NaN, 'null'],
    ['false', false, 'false'],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a big integer', 10n ** 30n, `"1${'0'.repeat(30)}"`],
    ['a big integer inside', { n: 12n }, '{"n":"12"}'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an object with a toJSON', { toJSON: () => ({ short: true }) }, '{"short":true}'],
    ['a toJSON that answers nothing', { toJSON: () => undefined }, '[object Object]'],
    ['a thenable', { then: () => undefined, a: 1 }, '{"a":1}'],
    ['a circular object', circular, 'The result cannot be shown as JSON.'],
    ['a toJSON that throws', { toJSON: () => { throw new Error('no'); } }, 'The result cannot be shown as JSON.'],
    ['a getter that throws', { get a() { throw new Error('no'); } }, 'The result cannot be shown as JSON.'],
    ['a proxy that throws', revoked, 'The result cannot be shown as JSON.'],
  ])('should show %s', (_, result, text) => {
    expect(summaryOf(result)).toEqual({ text, truncated: false });
  });

  it('should clean strings inside a result before JSON escapes what is in them', () => {
    expect(summaryOf({ a: '\u001b[31mred\u001b[0m', b: '\u009dhidden\u009cok', c: 'x\u202ey' }).text).toBe('{"a":"red","b":"ok","c":"xy"}');
  });

  it('should cap at 24 000 characters', () => {
    for (const result of ['x'.repeat(24_001), { a: 'x'.repeat(24_000) }]) {
      const { text, truncated } = summaryOf(result);

      expect(truncated).toBe(true);
      expect(text.length).toBeLessThanOrEqual(24_000);
      expect(text).toMatch(/x\n… \[\d+ characters left out\] …\nx/);
    }
    expect(summaryOf('x'.repeat(24_000)).truncated).toBe(false);
  });

  it('should show any result without anything hidden in it, as JSON that can be read', () => {
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^\w{1,8}$/), controlLaden()), (result) => {
      const { text } = summaryOf(result);
      expect(isVisible(text)).toBe(true);
      expect(JSON.parse(text)).toEqual(Object.fromEntries(Object.entries(result).map(([key, value]) => [key, cleanText(value)])));
    }));
  });

  it('should never throw', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true });
    fc.assert(fc.property(anything, (result) => {
      expect(typeof summaryOf(result).text).toBe('string');
    }), { numRuns: 500 });
  });
});
