import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StringDecoder } from 'node:string_decoder';
import { LineReader } from '../../src/processes/lineReader.js';

const readAll = (chunks: readonly string[], max = 100): { readonly lines: string[]; readonly oversized: number } => {
  const reader = new LineReader(max);
  const lines = [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.rest()];
  return { lines, oversized: reader.oversized };
};

describe('LineReader', () => {
  it('should part at newlines, with or without a CR, and give the last line without one', () => {
    expect(readAll(['one\ntwo\r', '\n\nth', 'ree'])).toEqual({ lines: ['one', 'two', '', 'three'], oversized: 0 });
  });

  it('should keep a CR that ends nothing', () => {
    expect(readAll(['a\rb\n\r\n']).lines).toEqual(['a\rb', '']);
  });

  it('should leave out what is too long, count it, and go on with the next line', () => {
    expect(readAll(['12', '34', '5\nnext\n', '123456'], 4)).toEqual({ lines: ['next'], oversized: 2 });
    expect(readAll(['1234\n'], 4)).toEqual({ lines: ['1234'], oversized: 0 });
  });

  it('should hold no more than the limit of a line that never ends', () => {
    const reader = new LineReader(1_000);
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 2_000; n++) reader.read('x'.repeat(50_000) + String(n));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
    expect(reader.read('\nnext\n')).toEqual(['next']);
    expect(reader.oversized).toBe(1);
  });

  it('should read the same lines for every way of cutting the bytes', () => {
    const pieces = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', 'é', '😀', '漢字', '\r'));
    const texts = fc.array(pieces, { maxLength: 20 });
    const lengths = fc.array(fc.nat(12), { minLength: 1, maxLength: 40 });
    fc.assert(fc.property(texts, lengths, fc.integer({ min: 1, max: 12 }), (parts, cuts, max) => {
      const bytes = Buffer.from(parts.join(''), 'utf8');
      const decoder = new StringDecoder('utf8');
      const chunks: string[] = [];
      for (let from = 0, n = 0; from < bytes.length; n++) {
        const to = from + 1 + cuts[n % cuts.length]!;
        chunks.push(decoder.write(bytes.subarray(from, to)));
        from = to;
      }
      chunks.push(decoder.end());
      expect(readAll(chunks, max)).toEqual(readAll([bytes.toString('utf8')], max));
    }), { numRuns: 2_000 });
  });
});
