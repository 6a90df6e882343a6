import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { from, take, tap } from 'rxjs';
import { line, lines, result, run, step, text, tool, usage, type AgentOutput, type TaskEvent } from '../../../src/index.js';
import { marbles } from '../../support/marbles.js';
import { taskEvents } from '../../support/taskEvents.js';
import { taskOf } from '../../support/taskOf.js';
import { watch } from '../../support/watch.js';

describe('lines', () => {
  const outputs: Record<string, AgentOutput> = {
    a: line('a'), b: line('b'), t: text('t'), u: text('u\nv'), m: line('1\n2\r\n3\n'),
    s: step(), o: tool('grep', 'started'), g: usage({ inputTokens: 1, outputTokens: 1 }), r: result('r'),
  };

  describe('of a run', () => {
    it('should hand on the text of each line', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|', outputs);
        const subs = '       ^-------!';
        const expected = '   --a--b--|';
        expectObservable(source.pipe(lines())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should leave out everything that is no line', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('s-a-o-g-r-|', outputs);
        const subs = '       ^---------!';
        const expected = '   --a-------|';
        expectObservable(source.pipe(lines())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should make lines of chunks of text, the last one at the end', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--t--u--t--|   ', outputs);
        const subs = '       ^----------!   ';
        const expected = '   -----x-----(y|)';
        expectObservable(source.pipe(lines())).toBe(expected, { x: 'tu', y: 'vt' });
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should part what was printed at its newlines', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('--m----|', outputs);
        const expected = '   --(123)|';
        expectObservable(source.pipe(lines())).toBe(expected);
      });
    });

    it('should not end by itself', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-', outputs);
        const subs = '       ^--';
        const expected = '   -a-';
        expectObservable(source.pipe(lines())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should never emit where nothing comes', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-', outputs);
        expectObservable(source.pipe(lines())).toBe('-');
        expectSubscriptions(source.subscriptions).toBe('^');
      });
    });

    it('should be empty where the source is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('---|', outputs);
        const subs = '       ^--!';
        expectObservable(source.pipe(lines())).toBe('---|');
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should hand on an error, and before it the text in hand', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--t--#   ', outputs, new RangeError('no'));
        const subs = '       ^-------!   ';
        const expected = '   --a-----(t#)';
        expectObservable(source.pipe(lines())).toBe(expected, undefined, new RangeError('no'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should unsubscribe from the source when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--t--b--|', outputs);
        const unsub = '      ------!     ';
        const subs = '       ^-----!     ';
        const expected = '   --a----     ';
        expectObservable(source.pipe(lines()), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should stop in the middle of a chunk when it is unsubscribed there', () => {
      let taken = 0;
      const source = from([text('1\n2\n3\n'), line('4\n5')]).pipe(tap(() => { taken += 1; }));
      expect(watch(source.pipe(lines(), take(2)))).toEqual(['1', '2', '|']);
      expect(taken).toBe(1);
    });

    it('should keep the chunks of two subscriptions apart', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold(' t--u|    ', outputs);
        const first = '       ^        ';
        const second = '      -^       ';
        const expected1 = '   ---x(v|) ';
        const expected2 = '   ----x(v|)';
        const both = source.pipe(lines());
        expectObservable(both, first).toBe(expected1, { x: 'tu', v: 'v' });
        expectObservable(both, second).toBe(expected2, { x: 'tu', v: 'v' });
        expectSubscriptions(source.subscriptions).toBe(['^---!', '-^---!']);
      });
    });

    it('should not cut long lines', () => {
      const long = 'x'.repeat(10_000);
      expect(watch(run(() => [line(long), text(long)], { goal: 'print' }).pipe(lines()))).toEqual([long, long, '|']);
    });

    it('should end a line of text at 65 536 bytes', () => {
      const seen = watch(from([text('x'.repeat(100_000))]).pipe(lines()));
      expect(seen.map((each) => each.length)).toEqual([65_536, 34_464, 1]);
    });

    it('should give the same lines wherever a text was cut into chunks', () => {
      fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', '😀', ' ') })), (chunks) => {
        const whole = chunks.join('');
        const expected = whole === '' ? [] : whole.replace(/\r?\n$/, '').split(/\r?\n/);
        expect(watch(from(chunks.map(text)).pipe(lines()))).toEqual([...expected, '|']);
      }));
    });
  });

  describe('of a task', () => {
    it('should hand on the lines of its events', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--t--b--|   ', outputs);
        const childSubs = '   ^----------!   ';
        const expected = '    --a-----b--(t|)';
        expectObservable(taskOf(child).events.pipe(lines())).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should give a late observer the lines of the window', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  a-b-c------d-|');
        const late = '        -----^        ';
        const expected = '    -----(bc)--d-|';
        expectObservable(taskOf(child, { windowLines: 2 }).events.pipe(lines()), late).toBe(expected);
      });
    });

    it('should be subscribed to the events until the outcome', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const events = cold<TaskEvent>('-a-s-(c|)', {
          a: taskEvents.line(1, 'a'), s: taskEvents.step(2), c: taskEvents.outcome(3, { type: 'completed', result: 'x' }),
        });
        const subs = '                  ^----!';
        const expected = '              -a---|';
        expectObservable(events.pipe(lines())).toBe(expected);
        expectSubscriptions(events.subscriptions).toBe(subs);
      });
    });

    it('should complete where the child fails', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  --a--#');
        const expected = '    --a--|';
        expectObservable(taskOf(child).events.pipe(lines())).toBe(expected);
      });
    });

    it('should leave the child alone when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--b--c--|');
        const unsub = '       ------!     ';
        const childSubs = '   ^----------!';
        const expected = '    --a--b-     ';
        expectObservable(taskOf(child).events.pipe(lines()), unsub).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should never emit where the child is silent, and be empty where it ends silently', () => {
      marbles(({ cold, expectObservable }) => {
        expectObservable(taskOf(cold('-')).events.pipe(lines())).toBe('-');
        expectObservable(taskOf(cold('--|')).events.pipe(lines())).toBe('--|');
      });
    });
  });
});
