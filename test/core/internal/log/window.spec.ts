import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Window } from '../../../../src/core/internal/log/window.js';
import type { LineEvent, TaskEvent } from '../../../../src/index.js';
import { taskEvents } from '../../../support/taskEvents.js';

/** So many events that are no lines are kept. */
const OTHERS = 200;

function fill(lines: number, kinds: readonly ('line' | 'cut' | 'step')[], flat = false): { window: Window; all: TaskEvent[] } {
  const window = new Window(lines);
  const all = kinds.map((kind, seq): TaskEvent => {
    if (kind === 'step') {
      const step = taskEvents.step(seq);
      window.pushOther(step);
      return step;
    }
    const line: LineEvent = { ...taskEvents.line(seq, `line number ${seq}`), ...(kind === 'cut' ? { cut: 1 } : {}) };
    window.pushLine(line, flat);
    return { ...line };
  });
  return { window, all };
}

const line = (event: TaskEvent): event is LineEvent => event.type === 'line';

describe('Window', () => {
  it('should keep the last n lines and count those that left', () => {
    const { window } = fill(3, ['line', 'line', 'line', 'line', 'line']);
    expect([window.size, window.dropped]).toEqual([3, 2]);
    expect(window.tail(10)).toEqual(['line number 2', 'line number 3', 'line number 4']);
    expect(window.tail(2)).toEqual(['line number 3', 'line number 4']);
    expect(window.tail(0)).toEqual([]);
    expect(window.tail(Infinity)).toHaveLength(3);
  });

  it('should be empty at first', () => {
    const { window } = fill(3, []);
    expect([window.size, window.dropped, window.cut, window.tail(5), window.replay()]).toEqual([0, 0, 0, [], []]);
  });

  it('should count the cut lines that it holds', () => {
    expect(fill(2, ['cut', 'cut', 'line']).window.cut).toBe(1);
    expect(fill(2, ['cut', 'line', 'line']).window.cut).toBe(0);
    expect(fill(2, ['cut', 'line', 'cut', 'cut']).window.cut).toBe(2);
  });

  it('should replay everything where nothing has been dropped', () => {
    const { window, all } = fill(5, ['step', 'line', 'step', 'line', 'line', 'step']);
    expect(window.replay()).toEqual(all);
  });

  it('should leave out what is older than the oldest line, once lines have been dropped', () => {
    const { window, all } = fill(2, ['step', 'line', 'step', 'line', 'step', 'line']);
    expect(window.replay()).toEqual(all.slice(3));
  });

  it('should leave out lines that are older than the oldest other event, once such have been dropped', () => {
    const { window, all } = fill(5, ['line', ...Array.from({ length: OTHERS + 1 }, () => 'step' as const)]);
    expect(window.replay()).toEqual(all.slice(2));
    expect(window.tail(5)).toEqual(['line number 0']);
  });

  it('should always replay a contiguous suffix in the order of seq, as far back as both kinds go', () => {
    const burst = fc.record({ kind: fc.constantFrom('line', 'cut', 'step'), length: fc.oneof(fc.nat(4), fc.nat(250)) });
    const bursts = fc.array(burst, { maxLength: 8 });
    fc.assert(fc.property(bursts, fc.integer({ min: 1, max: 4 }), fc.boolean(), (runs, lines, flat) => {
      const kinds = runs.flatMap(({ kind, length }) => Array.from({ length }, () => kind));
      const { window, all } = fill(lines, kinds, flat);
      const others = all.filter((event) => !line(event));
      const oldestLine = all.filter(line).at(-lines - 1) === undefined ? 0 : all.filter(line).at(-lines)!.seq;
      const oldestOther = others.at(-OTHERS - 1) === undefined ? 0 : others.at(-OTHERS)!.seq;
      expect(window.replay()).toEqual(all.slice(Math.max(oldestLine, oldestOther)));
      expect(window.tail(Infinity)).toEqual(all.filter(line).slice(-lines).map(({ text }) => text));
      expect(window.size).toBe(Math.min(lines, all.filter(line).length));
      expect(window.dropped).toBe(Math.max(0, all.filter(line).length - lines));
      expect(window.cut).toBe(all.filter(line).slice(-lines).filter(({ cut }) => cut !== undefined).length);
    }));
  });

  it('should hold the same words after it has copied them, also for an observer that froze its event', () => {
    for (const count of [1, 2, 7, 8, 9, 30]) {
      const window = new Window(20);
      const whole = '0123456789abcdefghij'.repeat(count);
      const events = Array.from({ length: count }, (_, n) => taskEvents.line(n, whole.slice(n * 20, n * 20 + 20)));
      for (const [n, event] of events.entries()) {
        if (n % 3 === 0) Object.freeze(event);
        window.pushLine(event, n % 2 === 0);
      }
      window.compact();
      window.compact();
      expect(window.tail(20)).toEqual(Array.from({ length: Math.min(20, count) }, () => '0123456789abcdefghij'));
      for (const event of events) expect(event.text).toBe('0123456789abcdefghij');
    }
  });

  it('should take any number of lines where it has no limit', () => {
    const { window } = fill(Infinity, Array.from({ length: 2_000 }, () => 'line' as const));
    expect([window.size, window.dropped]).toEqual([2_000, 0]);
  });
});
