import { describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { Window } from '../../../../src/core/internal/log/window.js';

/** A window, and beside it the same as a plain array of all lines that ever came. */
function fill(lines: number, kinds: readonly ('line' | 'cut')[]): Window {
  const window = new Window(lines);
  for (const [n, kind] of kinds.entries()) window.push(`line number ${n}`, n, kind === 'cut' ? 1 : undefined);
  return window;
}

/** Lines of every kind and length: empty ones, halves of surrogate pairs, such as V8 copies, and such as it slices. */
const text = fc.oneof(
  fc.constantFrom('', '\ud83d', '\ude00', '😀', '\r', '…'),
  fc.integer({ min: 0, max: 600 }).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'binary', maxLength: 30 }).map((any) => any.replaceAll('\n', ' ')),
);
const pushed = fc.record({
  text, number: fc.oneof(fc.nat(), fc.double({ noNaN: true })), cut: fc.option(fc.nat(), { nil: undefined, freq: 4 }),
});
const command = fc.oneof(
  { weight: 8, arbitrary: fc.array(pushed, { minLength: 1, maxLength: 40 }).map((lines) => ({ type: 'push' as const, lines })) },
  { weight: 2, arbitrary: fc.oneof(fc.nat(40), fc.constant(Infinity)).map((count) => ({ type: 'tail' as const, count })) },
  { weight: 1, arbitrary: fc.constant({ type: 'compact' as const }) },
);

describe('Window', () => {
  it('should keep the last n lines and count those that left', () => {
    const window = fill(3, ['line', 'line', 'line', 'line', 'line']);
    expect([window.size, window.dropped]).toEqual([3, 2]);
    expect(window.tail(10)).toEqual(['line number 2', 'line number 3', 'line number 4']);
    expect(window.tail(2)).toEqual(['line number 3', 'line number 4']);
    expect(window.tail(0)).toEqual([]);
    expect(window.tail(Infinity)).toHaveLength(3);
  });

  it('should be empty at first', () => {
    const window = fill(3, []);
    window.compact();
    expect([window.size, window.dropped, window.cut, window.chars, window.tail(5)]).toEqual([0, 0, 0, 0, []]);
  });

  it('should count the cut lines that it holds', () => {
    expect(fill(2, ['cut', 'cut', 'line']).cut).toBe(1);
    expect(fill(2, ['cut', 'line', 'line']).cut).toBe(0);
    expect(fill(2, ['cut', 'line', 'cut', 'cut']).cut).toBe(2);
  });

  it('should take any number of lines where it has no limit', () => {
    const window = fill(Infinity, Array.from({ length: 2_000 }, () => 'line' as const));
    expect([window.size, window.dropped, window.tail(2_000)[0]]).toEqual([2_000, 0, 'line number 0']);
  });

  it('should keep alive nothing that its latest lines were cut from, once somebody has looked', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const heap = async (): Promise<number> => {
      for (let n = 0; n < 3; n++) {
        await new Promise(setImmediate);
        gc();
      }
      return process.memoryUsage().heapUsed;
    };
    const before = await heap();
    const window = new Window(200);
    // Fewer than fill a block, twice: looked at in between, and only the second time behind what was looked at before.
    for (const count of [5, 4]) {
      for (let n = 0; n < count; n++) window.push('x'.repeat(1_000_000).replace('x', `${window.count}`).slice(0, 40), n);
      window.tail(10);
      expect(await heap() - before).toBeLessThan(900_000);
    }
    expect(window.tail(10)).toHaveLength(9);
  });

  it('should be what an array of all lines says, whatever is done in whatever order', () => {
    const limits = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 15, max: 34 }), fc.constantFrom(200, Infinity));
    fc.assert(fc.property(limits, fc.array(command, { maxLength: 20 }), (limit, commands) => {
      const window = new Window(limit);
      const all: { readonly text: string; readonly number: number; readonly cut: number | undefined }[] = [];
      const look = (count: number): void => {
        const kept = all.slice(-Math.min(limit, all.length)).slice(all.length - count < 0 ? 0 : -count || all.length);
        const numbers: number[] = [];
        expect(window.tail(count, numbers)).toEqual(kept.map((line) => line.text));
        expect(numbers).toEqual(kept.map((line) => line.number));
        expect(kept.map((_, n) => window.cutOf(all.length - kept.length + n))).toEqual(kept.map((line) => line.cut));
      };
      for (const one of commands) {
        if (one.type === 'tail') look(one.count);
        if (one.type === 'compact') window.compact();
        if (one.type === 'push') {
          for (const line of one.lines) {
            window.push(line.text, line.number, line.cut);
            all.push(line);
          }
        }
        const kept = all.slice(-Math.min(limit, all.length));
        const dropped = Math.max(0, all.length - limit);
        expect([window.count, window.size, window.dropped]).toEqual([all.length, all.length - dropped, dropped]);
        expect(window.cut).toBe(kept.slice(0, all.length).filter(({ cut }) => cut !== undefined).length);
      }
      look(Infinity);
      // No more is kept than the lines, their newlines, and what shares a block with the oldest of them, or waits for one.
      const longest = Math.max(0, ...all.map((line) => line.text.length));
      const kept = window.tail(Infinity).reduce((sum, line) => sum + line.length, 0);
      expect(window.chars).toBeGreaterThanOrEqual(kept);
      expect(window.chars).toBeLessThanOrEqual(kept + window.size + 32 * (longest + 1));
    }));
  });
});
