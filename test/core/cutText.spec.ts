import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSession, isOutcome, tool, type TaskEvent } from '../../src/index.js';
import { cutText, headOf } from '../../src/core/cutText.js';
import { tailOf } from '../../src/core/tailOf.js';
import { watch } from '../support/watch.js';

const PARTS = ['x', 'é', '日', '😀', '👩‍👩‍👧', '❤️', '1️⃣', 'می‌خواهم', '\u200d', '\ufe0f', '\u200c\u200d', '\u{1f3fd}'];
const anything = fc.array(fc.constantFrom(...PARTS), { maxLength: 60 }).map((parts) => parts.join(''));
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe('a cut', () => {
  it('should leave alone what is short enough', () => {
    fc.assert(fc.property(anything, fc.nat(20), (words, more) => {
      expect(cutText(words, words.length + more)).toEqual({ text: words, cut: 0 });
      expect([headOf(words, words.length + more), tailOf(words, words.length + more)]).toEqual([words, words]);
    }));
  });

  it('should be as long as it may be at most, part nothing, and say how much is gone', () => {
    fc.assert(fc.property(anything, fc.integer({ min: 1, max: 80 }), (words, length) => {
      const { text, cut } = cutText(words, length);
      expect(text.length).toBeLessThanOrEqual(length);
      expect(text).not.toMatch(LONE);
      if (cut === 0) return;
      const [, head = '', gone = String(cut)] = /^(.*)…(?: \[\+(\d+)\])?$/su.exec(text)!;
      expect(Number(gone)).toBe(cut);
      expect(head.length + cut).toBe(words.length);
      expect(words.startsWith(head)).toBe(true);
      expect(head).not.toMatch(/[\u200c\u200d\ufe0e\ufe0f]$/);
    }), { numRuns: 1_000 });
  });

  it('should leave nothing at the front of a tail that hangs on what is gone', () => {
    fc.assert(fc.property(anything, fc.nat(80), (words, length) => {
      const tail = tailOf(words, length);
      expect(tail.length).toBeLessThanOrEqual(Math.max(length, 0));
      expect(words.endsWith(tail)).toBe(true);
      expect(tail).not.toMatch(LONE);
      if (tail.length < words.length) expect(tail).not.toMatch(/^[\u200c\u200d\ufe0e\ufe0f]/);
    }), { numRuns: 1_000 });
  });
});

describe('what a child fills in', () => {
  const long = 'n'.repeat(100_000);

  it('should keep no more of a tool call than names it', () => {
    const task = createSession().delegate(() => [tool(long, 'started', long, long), 'done'], { goal: 'call' });
    const call = (watch(task.events) as TaskEvent[]).find(({ type }) => type === 'tool');
    for (const field of ['name', 'detail', 'callId'] as const) {
      expect((call as unknown as Record<string, string>)[field]).toMatch(/^n{400,500}… \[\+99\d{3}\]$/);
    }
  });

  it('should keep no more of an error than names and explains it', () => {
    const task = createSession().delegate(() => { throw Object.assign(new Error(`${'x'.repeat(3_988)}😀${long}`), { name: long }); },
      { goal: 'fail' });
    const { error } = (watch(task.events) as TaskEvent[]).find(isOutcome) as unknown as { error: { name: string; message: string } };
    expect(error.name).toMatch(/^n+… \[\+\d+\]$/);
    expect(error.name.length).toBeLessThanOrEqual(200);
    expect(error.message.length).toBeLessThanOrEqual(4_000);
    expect(error.message).not.toMatch(LONE);
  });
});
