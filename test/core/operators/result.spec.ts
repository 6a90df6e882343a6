import { describe, expect, it } from '@jest/globals';
import { NEVER, of, throwError } from 'rxjs';
import {
  AgentError, line, NoResultError, NotStartedError, result, run, step, TaskCancelledError, text, type AgentOutput, type TaskEvent,
} from '../../../src/index.js';
import { marbles } from '../../support/marbles.js';
import { taskEvents } from '../../support/taskEvents.js';
import { taskOf } from '../../support/taskOf.js';
import { watch } from '../../support/watch.js';

const noResult = new NoResultError(
  'The agent ended without a result and without a single line. Let it print, return or emit something.',
);

describe('result', () => {
  const outputs: Record<string, AgentOutput> = { a: line('a'), b: line('b'), s: step(), t: text('t'), r: result('r'), q: result('q') };

  it('should be an output where it is given a value, also undefined, and an operator where it is not', () => {
    expect(result(1)).toEqual({ type: 'result', value: 1 });
    expect(result(undefined)).toStrictEqual({ type: 'result', value: undefined });
    expect(result()).toBeInstanceOf(Function);
  });

  describe('of a run', () => {
    it('should be the value of the last result', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-q-a-r-b-|   ', outputs);
        const subs = '       ^--------!   ';
        const expected = '   ---------(r|)';
        expectObservable(source.pipe(result())).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should be the last line where there is no result', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-a-b-s-|   ', outputs);
        const expected = '   -------(b|)';
        expectObservable(source.pipe(result())).toBe(expected);
      });
    });

    it('should error with NoResultError where the source is empty', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-s-|', outputs);
        const subs = '       ^--!';
        const expected = '   ---#';
        expectObservable(source.pipe(result())).toBe(expected, undefined, noResult);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should error with the very thing that was thrown', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-r-#', outputs, new RangeError('out of paper'));
        const subs = '       ^--!';
        const expected = '   ---#';
        expectObservable(source.pipe(result())).toBe(expected, undefined, new RangeError('out of paper'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
      for (const thrown of [new NotStartedError('no'), 'a string', undefined, null, { status: 401 }]) {
        const seen: unknown[] = [];
        throwError(() => thrown).pipe(result()).subscribe({ error: (error: unknown) => seen.push(error) });
        expect(seen[0]).toBe(thrown);
        expect(seen).toHaveLength(1);
      }
    });

    it('should never emit where nothing ends', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-r-a-', outputs);
        expectObservable(source.pipe(result())).toBe('-----');
        expectSubscriptions(source.subscriptions).toBe('^----');
      });
    });

    it('should unsubscribe from the source when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-r---|', outputs);
        const unsub = '      ---!  ';
        const subs = '       ^--!  ';
        const expected = '   ----  ';
        expectObservable(source.pipe(result()), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should be the whole of what was printed last, as for lastValueFrom', () => {
      expect(watch(of(line('a\nb')).pipe(result()))).toEqual(['a\nb', '|']);
      expect(watch(taskOf(of('a\nb')).events.pipe(result()))).toEqual(['a\nb', '|']);
    });
  });

  describe('of a task', () => {
    it('should be the value of the last result', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -q-r-b-|   ', outputs);
        const childSubs = '   ^------!   ';
        const expected = '    -------(r|)';
        expectObservable(taskOf(child).events.pipe(result())).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should come at once to a late observer', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  -a-|     ');
        const late = '        -----^   ';
        const expected = '    -----(a|)';
        expectObservable(taskOf(child).events.pipe(result()), late).toBe(expected);
      });
    });

    it('should error with AgentError where the child errors, with the cause', () => {
      marbles(({ cold, expectObservable }) => {
        const cause = new RangeError('out of paper');
        const child = cold('  -a-#', undefined, cause);
        const expected = '    ---#';
        expectObservable(taskOf(child).events.pipe(result())).toBe(expected, undefined, new AgentError('out of paper', { cause }));
      });
    });

    it('should error with NoResultError where the child ends empty', () => {
      marbles(({ cold, expectObservable }) => {
        expectObservable(taskOf(cold('--|')).events.pipe(result())).toBe('--#', undefined, noResult);
      });
    });

    it('should error with TaskCancelledError where the task is cancelled, with the reason as the cause', () => {
      const task = taskOf(NEVER);
      const reason = new RangeError('too slow');
      const errors: unknown[] = [];
      task.events.pipe(result()).subscribe({ error: (error: unknown) => errors.push(error) });
      task.cancel(reason);
      expect(errors).toStrictEqual([new TaskCancelledError('The task was cancelled: too slow', { cause: reason })]);
    });

    it('should unsubscribe from the events at the outcome', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const events = cold<TaskEvent>('-a-c---|', {
          a: taskEvents.line(1, 'a'), c: taskEvents.outcome(2, { type: 'completed', result: 'r' }),
        });
        const subs = '                  ^--!    ';
        const expected = '              ---(r|) ';
        expectObservable(events.pipe(result())).toBe(expected);
        expectSubscriptions(events.subscriptions).toBe(subs);
      });
    });

    it('should error where the events are cut short', () => {
      marbles(({ cold, expectObservable }) => {
        const events = cold<TaskEvent>('-a-|', { a: taskEvents.line(1, 'a') });
        expectObservable(events.pipe(result())).toBe('---#', undefined, noResult);
      });
    });

    it('should leave the child alone when it is unsubscribed, and never emit where it goes on', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a------');
        const unsub = '       ----!   ';
        const childSubs = '   ^-------';
        const { events } = taskOf(child);
        expectObservable(events.pipe(result()), unsub).toBe('-----');
        expectObservable(events.pipe(result())).toBe('--------');
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });
  });

  it('should work as the operator on what run() hands out', () => {
    expect(watch(run(() => [result(42)], { goal: 'think' }).pipe(result()))).toEqual([42, '|']);
  });
});
