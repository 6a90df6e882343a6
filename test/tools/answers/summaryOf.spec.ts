import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from '../../../src/tools/answers/text/cleanText.js';
import { summaryOf } from '../../../src/tools/answers/text/summaryOf.js';
import { plainJson } from '../../../src/tools/answers/text/plainJson.js';
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
    ['headers by theirs', new Headers({ a: '1' }), '[["a","1"]]'],
    ['what was asked of a page by its own', { query: new URLSearchParams('a=1&a=2') }, '{"query":[["a","1"],["a","2"]]}'],
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
    const { text, truncated } = summaryOf('x'.repeat(24_001));
    expect(truncated).toBe(true);
    expect(text.length).toBeLessThanOrEqual(24_000);
    expect(text).toMatch(/x\n… \[\d+ characters left out\] …\nx/);
    expect(summaryOf('x'.repeat(24_000)).truncated).toBe(false);
  });

  it('should show any result without anything hidden in it, as JSON that can be read', () => {
    fc.assert(fc.property(fc.dictionary(fc.stringMatching(/^\w{1,8}$/), controlLaden()), (result) => {
      const { text } = summaryOf(result);
      expect(isVisible(text)).toBe(true);
      expect(JSON.parse(text)).toEqual(Object.fromEntries(Object.entries(result).map(([key, value]) => [key, cleanText(value)])));
    }));
  });

  it.each<[string, unknown, string]>([
    ['an array of bytes', new Uint8Array(2_000), '"[2 000 bytes]"'],
    ['a Buffer, whose toJSON spells it out', Buffer.alloc(1_234_567), '"[1 234 567 bytes]"'],
    ['an ArrayBuffer', new ArrayBuffer(12), '"[12 bytes]"'],
    ['a view', new DataView(new ArrayBuffer(5)), '"[5 bytes]"'],
    ['numbers in bytes', new Float64Array(100), '"[800 bytes]"'],
    ['shared bytes', new SharedArrayBuffer(7), '"[7 bytes]"'],
    ['a blob', new Blob(['12345'], { type: 'image/png' }), '"[5 bytes, image/png]"'],
    ['a file', new File(['12345'], 'a.png', { type: 'image/png' }), '"[5 bytes, image/png, a.png]"'],
    ['bytes inside', { rows: [{ image: Buffer.from('abc') }] }, '{"rows":[{"image":"[3 bytes]"}]}'],
    ['bytes in a map', new Map([['a', new Uint8Array(1)]]), '[["a","[1 bytes]"]]'],
    ['what JSON leaves out', { a: undefined, b: () => 1, c: [undefined, NaN], d: Object('s') }, '{"c":[null,null],"d":"s"}'],
  ])('should name bytes and not spell them out: %s', (_, result, text) => {
    expect(summaryOf(result)).toEqual({ text, truncated: false });
    expect(JSON.stringify(plainJson(result))).toBe(text);
  });

  it.each<[string, unknown]>([
    ['a long string in a field', { title: 'short', body: 'x'.repeat(1_000_000), tail: 'end' }],
    ['a hundred thousand rows', Array.from({ length: 100_000 }, (_, id) => ({ id, name: `row ${id}` }))],
    ['a hundred thousand fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`field ${n}`, n]))],
    ['a deep tree', Array.from({ length: 2_000 }).reduce<object>((below) => ({ below, name: 'x'.repeat(100) }), {})],
    ['a wide and deep tree', [1, 2, 3, 4, 5, 6].reduce<unknown>((below) => Array.from({ length: 20 }, () => below), 'leaf')],
    ['quotes and newlines', { text: '"\n'.repeat(50_000) }],
  ])('should leave out so much that what is shown can still be parsed, and say so: %s', (_, result) => {
    for (const most of [24_000, 2_000, 500]) {
      const { text, truncated } = summaryOf(result, most);
      expect(truncated).toBe(true);
      expect(text.length).toBeLessThanOrEqual(most);
      expect(JSON.stringify(JSON.parse(text))).toContain('…');
    }
  });

  it('should cost what is shown, and not what there is', () => {
    let asked = 0;
    const rows = new Proxy(Array.from({ length: 1_000_000 }, (_, n) => n), {
      get: (target, key) => {
        asked += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(summaryOf({ rows }).truncated).toBe(true);
    expect(asked).toBeLessThan(20_000);
  });

  it('should never throw', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true });
    fc.assert(fc.property(anything, (result) => {
      expect(typeof summaryOf(result).text).toBe('string');
    }), { numRuns: 500 });
  });
});
