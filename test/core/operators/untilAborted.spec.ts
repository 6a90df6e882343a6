import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { NEVER, of } from 'rxjs';
import { InvalidArgumentError, line, outcome, run, untilAborted } from '../../../src/index.js';
import { caught } from '../../support/caught.js';
import { marbles } from '../../support/marbles.js';
import { sentence } from '../../support/sentences.js';
import { taskOf } from '../../support/taskOf.js';
import { watch } from '../../support/watch.js';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('untilAborted', () => {
  it.each([
    [undefined, 'undefined'], [null, 'null'], [{}, 'an object'], [5, '5'], ['abort', '"abort"'],
  ])('should refuse %p as a signal when it is called', (signal, words) => {
    expect(caught(() => untilAborted(signal as AbortSignal))).toEqual(
      new InvalidArgumentError(sentence('signal', 'an AbortSignal', words)),
    );
  });

  describe('of a run', () => {
    it('should hand on everything where nothing is aborted, and leave no listener', () => {
      const { signal } = new AbortController();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|');
        const subs = '       ^-------!';
        const expected = '   --a--b--|';
        expectObservable(source.pipe(untilAborted(signal))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(listeners(signal)).toBe(0);
    });

    it('should error with the reason of the signal when it aborts, and unsubscribe from the source', () => {
      const controller = new AbortController();
      const reason = { because: 'enough' };
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--c--|');
        cold('               ------x     ').subscribe(() => { controller.abort(reason); });
        const subs = '       ^-----!     ';
        const expected = '   --a--b#     ';
        expectObservable(source.pipe(untilAborted(controller.signal))).toBe(expected, undefined, reason);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(listeners(controller.signal)).toBe(0);
    });

    it('should error with the very reason, and not with one that looks like it', () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const errors: unknown[] = [];
      NEVER.pipe(untilAborted(controller.signal)).subscribe({ error: (error: unknown) => errors.push(error) });
      controller.abort(reason);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toBe(reason);
    });

    it('should error at once where the signal is aborted already, and subscribe to nothing', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--|');
        const expected = '   #     ';
        expectObservable(source.pipe(untilAborted(AbortSignal.abort('enough')))).toBe(expected, undefined, 'enough');
        expectSubscriptions(source.subscriptions).toBe([]);
      });
      expect(watch(of(1).pipe(untilAborted(AbortSignal.abort('enough'))))).toEqual(['#']);
    });

    it('should look at the signal at each subscription', () => {
      const controller = new AbortController();
      const both = of(1).pipe(untilAborted(controller.signal));
      expect(watch(both)).toEqual([1, '|']);
      controller.abort();
      expect(watch(both)).toEqual(['#']);
    });

    it('should never emit where nothing comes', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-');
        expectObservable(source.pipe(untilAborted(new AbortController().signal))).toBe('-');
        expectSubscriptions(source.subscriptions).toBe('^');
      });
    });

    it('should be empty where the source is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--|');
        const subs = '       ^-!';
        expectObservable(source.pipe(untilAborted(new AbortController().signal))).toBe('--|');
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should hand on an error, and leave no listener', () => {
      const { signal } = new AbortController();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-#', undefined, new RangeError('no'));
        const subs = '       ^--!';
        expectObservable(source.pipe(untilAborted(signal))).toBe('-a-#', undefined, new RangeError('no'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(listeners(signal)).toBe(0);
    });

    it('should leave neither source nor listener when it is unsubscribed', () => {
      const { signal } = new AbortController();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|');
        const unsub = '      ----!    ';
        const subs = '       ^---!    ';
        const expected = '   --a--    ';
        expectObservable(source.pipe(untilAborted(signal)), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      expect(listeners(signal)).toBe(0);
    });

    it('should stop the agent of a run', () => {
      const controller = new AbortController();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' --a--b--|');
        cold('               ----x    ').subscribe(() => { controller.abort('enough'); });
        const subs = '       ^---!    ';
        const expected = '   --a-#    ';
        const lines = run(() => child, { goal: 'stop' }).pipe(untilAborted(controller.signal));
        expectObservable(lines).toBe(expected, { a: line('a') }, 'enough');
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
    });
  });

  describe('of a task', () => {
    it('should stop watching when the signal aborts, and let the task go on', () => {
      const controller = new AbortController();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold(' --a--b--|');
        cold('               ----x    ').subscribe(() => { controller.abort('enough'); });
        const childSubs = '  ^-------!';
        const expected = '   ----#    ';
        expectObservable(taskOf(child).events.pipe(outcome(), untilAborted(controller.signal))).toBe(expected, undefined, 'enough');
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should hand on the outcome where nothing is aborted', () => {
      marbles(({ cold, expectObservable }) => {
        const task = taskOf(cold('  -a-|   '));
        const expected = '          ---(c|)';
        expectObservable(task.events.pipe(outcome(), untilAborted(new AbortController().signal))).toBe(expected, {
          c: { taskId: task.id, seq: 2, at: 3, attempt: 1, type: 'completed', result: 'a' },
        });
      });
    });
  });
});
