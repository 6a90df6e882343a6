import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, of, take, throwError } from 'rxjs';
import { InvalidArgumentError, line, preview, run, step, text, type AgentOutput, type TaskEvent } from '../../../src/index.js';
import { caught } from '../../support/caught.js';
import { marbles } from '../../support/marbles.js';
import { aCount, noCounts, sentence } from '../../support/sentences.js';
import { taskEvents } from '../../support/taskEvents.js';
import { taskOf } from '../../support/taskOf.js';
import { watch } from '../../support/watch.js';

describe('preview', () => {
  const outputs: Record<string, AgentOutput> = { a: line('a'), b: line('b'), c: line('c'), d: line('d'), s: step(), t: text('t') };
  const previews = { A: ['a'], B: ['a', 'b'], C: ['b', 'c'], D: ['c', 'd'], T: ['b', 't'] };

  it.each(noCounts)('should refuse %p as a count when it is called', (count, words) => {
    expect(caught(() => preview(count as number))).toEqual(new InvalidArgumentError(sentence('count', aCount(1), words)));
  });

  it('should keep 10 lines by default, and all for Infinity', () => {
    const all = Array.from({ length: 300 }, (_, n) => String(n));
    const of300 = run(() => all, { goal: 'count' });
    expect(watch(of300.pipe(preview()))).toEqual([all.slice(290), '|']);
    expect(watch(of300.pipe(preview(Infinity)))).toEqual([all, '|']);
  });

  describe('of a run', () => {
    it('should keep the last n lines, anew with every line', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b-sc--d--|', outputs);
        const subs = '       ^-------------!';
        const expected = '   --A--B--C--D--|';
        expectObservable(source.pipe(preview(2))).toBe(expected, previews);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should make one preview of what comes synchronously', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const later = cold('           ----c--|', outputs);
        const subs = '                 ^------!';
        const expected = '             B---C--|';
        const source = concat(of<AgentOutput[]>(line('a'), line('b')), later);
        expectObservable(source.pipe(preview(2))).toBe(expected, previews);
        expectSubscriptions(later.subscriptions).toBe(subs);
      });
    });

    it('should make one preview of a source that is over at once', () => {
      expect(watch(of(line('a'), line('b'), line('c')).pipe(preview(2)))).toEqual([['b', 'c'], '|']);
    });

    it('should show what came synchronously before an error', () => {
      const source = concat(of(line('a'), line('b')), throwError(() => new Error('no')));
      expect(watch(source.pipe(preview(2)))).toEqual([['a', 'b'], '#']);
    });

    it('should show it at once where the source goes on in silence', () => {
      expect(watch(concat(of(line('a')), NEVER).pipe(preview(2)))).toEqual([['a']]);
    });

    it('should count the text in hand when it becomes a line', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-a-b-t-|   ', outputs);
        const expected = '   -A-B---(T|)';
        expectObservable(source.pipe(preview(2))).toBe(expected, previews);
      });
    });

    it('should hand out a list of its own each time', () => {
      const seen: (readonly string[])[] = [];
      marbles(({ cold, flush }) => {
        cold('ab|', outputs).pipe(preview(2)).subscribe((each) => seen.push(each));
        flush();
      });
      expect(seen).toEqual([['a'], ['a', 'b']]);
    });

    it('should never emit where nothing comes', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-', outputs);
        expectObservable(source.pipe(preview(2))).toBe('-');
        expectSubscriptions(source.subscriptions).toBe('^');
      });
    });

    it('should be empty where the source is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--s-|', outputs);
        const subs = '       ^---!';
        const expected = '   ----|';
        expectObservable(source.pipe(preview(2))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should hand on an error', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--#', outputs, new RangeError('no'));
        const subs = '       ^----!';
        const expected = '   --A--#';
        expectObservable(source.pipe(preview(2))).toBe(expected, previews, new RangeError('no'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should unsubscribe from the source when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--c--|', outputs);
        const unsub = '      ------!     ';
        const subs = '       ^-----!     ';
        const expected = '   --A--B-     ';
        expectObservable(source.pipe(preview(2)), unsub).toBe(expected, previews);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });
  });

  describe('of a task', () => {
    it('should keep the last n lines, anew with every line', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--b--c--d--|');
        const childSubs = '   ^-------------!';
        const expected = '    --A--B--C--D--|';
        expectObservable(taskOf(child).events.pipe(preview(2))).toBe(expected, previews);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should make one preview of the window that a late observer is given', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  -a-b-c---d-|  ');
        const late = '        ------^       ';
        const later = '       ------------^ ';
        const expected1 = '   ------C--D-|  ';
        const expected2 = '   ------------(D|)';
        const { events } = taskOf(child);
        expectObservable(events.pipe(preview(2)), late).toBe(expected1, previews);
        expectObservable(events.pipe(preview(2)), later).toBe(expected2, previews);
      });
    });

    it('should be subscribed to the events until they end', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const events = cold<TaskEvent>('-a-s-(x|)', {
          a: taskEvents.line(1, 'a'), s: taskEvents.step(2), x: taskEvents.outcome(3, { type: 'cancelled', reason: 'enough' }),
        });
        const subs = '                  ^----!';
        const expected = '              -A---|';
        expectObservable(events.pipe(preview(2))).toBe(expected, previews);
        expectSubscriptions(events.subscriptions).toBe(subs);
      });
    });

    it('should complete where the child fails', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  --a--#');
        const expected = '    --A--|';
        expectObservable(taskOf(child).events.pipe(preview(2))).toBe(expected, previews);
      });
    });

    it('should leave the child alone when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--b--c--|');
        const unsub = '       ------!     ';
        const childSubs = '   ^----------!';
        const expected = '    --A--B-     ';
        expectObservable(taskOf(child).events.pipe(preview(2)), unsub).toBe(expected, previews);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should never emit where the child is silent, and be empty where it ends silently', () => {
      marbles(({ cold, expectObservable }) => {
        expectObservable(taskOf(cold('-')).events.pipe(preview(2))).toBe('-');
        expectObservable(taskOf(cold('--|')).events.pipe(preview(2))).toBe('--|');
      });
    });

    it('should show the same as a snapshot', () => {
      const task = taskOf(concat(of('a', 'b', 'c'), NEVER));
      const seen = watch(task.events.pipe(preview(2), take(1)));
      expect(seen[0]).toEqual(task.snapshot(2).preview);
      expect(seen[0]).toEqual(['b', 'c']);
    });
  });
});
