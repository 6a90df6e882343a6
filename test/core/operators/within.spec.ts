import { describe, expect, it } from '@jest/globals';
import { NEVER, of } from 'rxjs';
import { collect, CollectTimeoutError, createSession, InvalidArgumentError, line, outcome, run, within } from '../../../src/index.js';
import { caught } from '../../support/caught.js';
import { marbles } from '../../support/marbles.js';
import { aDuration, noDurations, sentence } from '../../support/sentences.js';
import { taskOf } from '../../support/taskOf.js';
import { createVirtualTime } from '../../support/virtualTime.js';
import { watch } from '../../support/watch.js';

describe('within', () => {
  const tooLate = (ms: number) => new CollectTimeoutError(`The task has not ended within ${ms} ms. It goes on; collect it again.`);

  it.each([...noDurations, [undefined, 'undefined']])('should refuse %p milliseconds when it is called', (ms, words) => {
    expect(caught(() => within(ms as number))).toEqual(new InvalidArgumentError(sentence('ms', aDuration(0), words)));
  });

  it('should take the longest that a timer can take', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-|').pipe(within(2_147_483_647))).toBe('-a-|');
    });
  });

  describe('of a run', () => {
    it('should hand on what completes in time', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|');
        const subs = '       ^-------!';
        const expected = '   --a--b--|';
        expectObservable(source.pipe(within(9))).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should error when the time runs out, and unsubscribe from the source', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--c--|');
        const subs = '       ^-----!     ';
        const expected = '   --a--b#     ';
        expectObservable(source.pipe(within(6))).toBe(expected, undefined, tooLate(6));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should limit the whole, and not the gaps', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-a-b-c-d-e-f|');
        const expected = '   -a-b-c#      ';
        expectObservable(source.pipe(within(6))).toBe(expected, undefined, tooLate(6));
      });
    });

    it('should count from the subscription', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('   ---a----|');
        const late = '       ---^        ';
        const subs = '       ---^---!    ';
        const expected = '   ------a#    ';
        expectObservable(source.pipe(within(4)), late).toBe(expected, undefined, tooLate(4));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should let what comes synchronously be in time, also for 0', () => {
      expect(watch(of(1, 2).pipe(within(0)))).toEqual([1, 2, '|']);
      marbles(({ cold, expectObservable }) => {
        expectObservable(cold('-|').pipe(within(0))).toBe('#', undefined, tooLate(0));
      });
    });

    it('should error where nothing ever comes', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-');
        const subs = '       ^--!';
        const expected = '   ---#';
        expectObservable(source.pipe(within(3))).toBe(expected, undefined, tooLate(3));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should be empty where the source is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--|');
        const subs = '       ^-!';
        expectObservable(source.pipe(within(3))).toBe('--|');
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should hand on an error', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-#', undefined, new RangeError('no'));
        const subs = '       ^--!';
        expectObservable(source.pipe(within(9))).toBe('-a-#', undefined, new RangeError('no'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should leave neither source nor timer when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|');
        const unsub = '      ----!    ';
        const subs = '       ^---!    ';
        const expected = '   --a--    ';
        expectObservable(source.pipe(within(6)), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should stop the agent when the time runs out', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--b--|');
        const subs = '        ^---!    ';
        const expected = '    --a-#    ';
        expectObservable(run(() => child, { goal: 'hurry' }).pipe(within(4))).toBe(expected, { a: line('a') }, tooLate(4));
        expectSubscriptions(child.subscriptions).toBe(subs);
      });
    });
  });

  describe('of a task', () => {
    it('should stop watching when the time runs out, and let the task go on', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  --a--b--|   ');
        const childSubs = '   ^-------!   ';
        const expected = '    ----#       ';
        const { events } = taskOf(child);
        expectObservable(events.pipe(outcome(), within(4))).toBe(expected, undefined, tooLate(4));
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should hand on the events of a task that ends in time', () => {
      marbles(({ cold, expectObservable }) => {
        const task = taskOf(cold('  -a-|   '));
        const expected = '          sa-(c|)';
        expectObservable(task.events.pipe(within(4))).toBe(expected, {
          s: { taskId: task.id, seq: 0, at: 0, attempt: 1, type: 'started', agent: 'agent', goal: 'be watched', depth: 1 },
          a: { taskId: task.id, seq: 1, at: 1, attempt: 1, type: 'line', text: 'a' },
          c: { taskId: task.id, seq: 2, at: 3, attempt: 1, type: 'completed', result: 'a' },
        });
      });
    });

    it('should go by the time of the session, also behind other operators', async () => {
      const time = createVirtualTime();
      const task = createSession({ scheduler: time.scheduler }).delegate(() => NEVER, { goal: 'wait' });
      const bare = watch(task.events.pipe(within(1_000_000)));
      const behind = watch(task.events.pipe(outcome(), within(1_000_000)));
      const collected = collect(task, { timeout: 1_000_000 }).catch((error: unknown) => error);
      time.advance(999_999);
      expect([bare.slice(1), behind]).toEqual([[], []]);
      time.advance(1);
      expect([bare.slice(1), behind]).toEqual([['#'], ['#']]);
      expect(await collected).toStrictEqual(tooLate(1_000_000));
      expect(task.snapshot().status).toBe('running');
    });
  });
});
