import { describe, expect, it } from '@jest/globals';
import { EMPTY, of, throwError } from 'rxjs';
import {
  line, NotStartedError, outcome, result, run, step, text, TaskCancelledError, type AgentOutput, type Ending, type TaskEvent,
} from '../../../src/index.js';
import { marbles } from '../../support/marbles.js';
import { taskEvents } from '../../support/taskEvents.js';
import { taskOf } from '../../support/taskOf.js';
import { watch } from '../../support/watch.js';

const noResult = {
  code: 'no_result',
  name: 'NoResultError',
  message: 'The agent ended without a result and without a single line. Let it print, return or emit something.',
} as const;

describe('outcome', () => {
  const outputs: Record<string, AgentOutput> = {
    a: line('a'), b: line('b'), s: step(), t: text('t'), n: text('n\n'), r: result('r'), q: result('q'),
  };

  describe('of a run', () => {
    const completed = (value: string): Record<string, Ending> => ({ c: { type: 'completed', result: value } });

    it('should be the last result', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-q-r-b-|   ', outputs);
        const subs = '       ^--------!   ';
        const expected = '   ---------(c|)';
        expectObservable(source.pipe(outcome())).toBe(expected, completed('r'));
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should be the last line where there is no result', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-a-b-s-|   ', outputs);
        const expected = '   -------(c|)';
        expectObservable(source.pipe(outcome())).toBe(expected, completed('b'));
      });
    });

    it('should count the text in hand as the last line', () => {
      marbles(({ cold, expectObservable }) => {
        const source = cold('-n-t-a-|   ', outputs);
        const expected = '   -------(c|)';
        expectObservable(source.pipe(outcome())).toBe(expected, completed('t'));
      });
    });

    it('should take a result that is undefined, null or empty for a result', () => {
      for (const value of [undefined, null, '', 0, false]) {
        const source = of<AgentOutput<unknown>[]>(line('a'), result<unknown>(value));
        expect(watch(source.pipe(outcome()))).toEqual([{ type: 'completed', result: value }, '|']);
      }
    });

    it('should be failed as no_result where the source is empty', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--s-|   ', outputs);
        const subs = '       ^---!   ';
        const expected = '   ----(f|)';
        expectObservable(source.pipe(outcome())).toBe(expected, { f: { type: 'failed', error: noResult } });
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should be failed, as a value, where the source errors', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--r--#   ', outputs, new RangeError('out of paper'));
        const subs = '       ^----!   ';
        const expected = '   -----(f|)';
        expectObservable(source.pipe(outcome())).toBe(expected, {
          f: { type: 'failed', error: { code: 'agent_error', name: 'RangeError', message: 'out of paper' } },
        });
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });

    it('should keep the code of a failure that names its own', () => {
      expect(watch(throwError(() => new NotStartedError('no such program')).pipe(outcome()))).toEqual([
        { type: 'failed', error: { code: 'not_started', name: 'NotStartedError', message: 'no such program' } }, '|',
      ]);
    });

    it('should call a refusal that an agent ran into its error, not its own code', () => {
      expect(watch(throwError(() => new TaskCancelledError('The task was cancelled: enough')).pipe(outcome()))).toEqual([
        { type: 'failed', error: { code: 'agent_error', name: 'TaskCancelledError', message: 'The task was cancelled: enough' } }, '|',
      ]);
    });

    it.each([
      ['a string', 'out of paper', { name: 'Error', message: 'out of paper' }],
      ['nothing', undefined, { name: 'Error', message: 'undefined' }],
      ['null', null, { name: 'Error', message: 'null' }],
      ['data', { status: 401 }, { name: 'Error', message: '{"status":401}' }],
      ['an error without words', new TypeError(''), { name: 'TypeError', message: 'no message was given' }],
      ['a symbol', Symbol('s'), { name: 'Error', message: 'Symbol(s)' }],
    ])('should say in words what was thrown: %s', (_, thrown, words) => {
      expect(watch(throwError(() => thrown).pipe(outcome()))).toEqual([
        { type: 'failed', error: { code: 'agent_error', ...words } }, '|',
      ]);
    });

    it('should cut a message that is too long for reading', () => {
      const [ending] = watch(throwError(() => new Error('x'.repeat(5_000))).pipe(outcome()));
      expect(ending).toMatchObject({ error: { message: `${'x'.repeat(3_989)}… [+1011]` } });
    });

    it('should never error, whatever was thrown', () => {
      const unreadable = Object.defineProperty({}, 'message', { get() { throw new Error('not even this'); } });
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      for (const thrown of [unreadable, proxy] as readonly unknown[]) {
        expect(watch(throwError(() => thrown).pipe(outcome()))).toEqual([
          { type: 'failed', error: { code: 'agent_error', name: 'Error', message: 'something was thrown that cannot be read' } }, '|',
        ]);
      }
    });

    it('should never error where a result cannot be read', () => {
      const unreadable = { type: 'result', get value(): string { throw new RangeError('not for you'); } } as const;
      expect(watch(run(() => [unreadable], { goal: 'answer' }).pipe(outcome()))).toEqual([
        { type: 'failed', error: { code: 'agent_error', name: 'RangeError', message: 'not for you' } }, '|',
      ]);
    });

    it('should never emit where nothing ends', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-r-', outputs);
        expectObservable(source.pipe(outcome())).toBe('-----');
        expectSubscriptions(source.subscriptions).toBe('^----');
      });
    });

    it('should unsubscribe from the source when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('-a-r-|', outputs);
        const unsub = '      ----! ';
        const subs = '       ^---! ';
        const expected = '   ----- ';
        expectObservable(source.pipe(outcome()), unsub).toBe(expected);
        expectSubscriptions(source.subscriptions).toBe(subs);
      });
    });
  });

  describe('of a task', () => {
    it('should be the outcome event', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a-r-|   ', outputs);
        const childSubs = '   ^----!   ';
        const expected = '    -----(c|)';
        const task = taskOf(child);
        expectObservable(task.events.pipe(outcome())).toBe(expected, {
          c: { taskId: task.id, seq: 2, at: 5, attempt: 1, type: 'completed', result: 'r' },
        });
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should come at once to a late observer', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  -a-|     ');
        const late = '        -----^   ';
        const expected = '    -----(c|)';
        const task = taskOf(child);
        expectObservable(task.events.pipe(outcome()), late).toBe(expected, {
          c: { taskId: task.id, seq: 2, at: 3, attempt: 1, type: 'completed', result: 'a' },
        });
      });
    });

    it('should be the failure of a child that errors, as a value', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  -a-#     ', undefined, new RangeError('out of paper'));
        const expected = '    ---(f|)  ';
        const task = taskOf(child);
        expectObservable(task.events.pipe(outcome())).toBe(expected, {
          f: {
            taskId: task.id, seq: 2, at: 3, attempt: 1, type: 'failed',
            error: { code: 'agent_error', name: 'RangeError', message: 'out of paper' },
          },
        });
      });
    });

    it('should be the failure of a child that ends empty', () => {
      marbles(({ cold, expectObservable }) => {
        const child = cold('  ---|     ');
        const expected = '    ---(f|)  ';
        const task = taskOf(child);
        expectObservable(task.events.pipe(outcome())).toBe(expected, {
          f: { taskId: task.id, seq: 1, at: 3, attempt: 1, type: 'failed', error: noResult },
        });
      });
    });

    it('should unsubscribe from the events at the outcome, without waiting for their end', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const x = taskEvents.outcome(2, { type: 'cancelled', reason: 'enough' });
        const events = cold<TaskEvent>('-a-x---|', { a: taskEvents.line(1, 'a'), x });
        const subs = '                  ^--!    ';
        const expected = '              ---(x|) ';
        expectObservable(events.pipe(outcome())).toBe(expected, { x });
        expectSubscriptions(events.subscriptions).toBe(subs);
      });
    });

    it('should be nothing where the events are cut short', () => {
      marbles(({ cold, expectObservable }) => {
        const events = cold<TaskEvent>('-a-|', { a: taskEvents.line(1, 'a') });
        expectObservable(events.pipe(outcome())).toBe('---|');
      });
    });

    it('should leave the child alone when it is unsubscribed, and never emit where it goes on', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a------');
        const unsub = '       ----!   ';
        const childSubs = '   ^-------';
        const expected = '    --------';
        const { events } = taskOf(child);
        expectObservable(events.pipe(outcome()), unsub).toBe(expected);
        expectObservable(events.pipe(outcome())).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });
  });

  it('should say the same of a run and of a task', () => {
    const endings: readonly (readonly (AgentOutput | string)[])[] = [
      [], ['a'], ['a\nb'], ['a\r\n'], [''], ['a', text('b')], [text('b'), 'a'], [text('a\nb')], [text('a\n')], [result('r'), 'a'], [step()],
    ];
    for (const outputs of endings) {
      const [ofRun] = watch(run(() => outputs, { goal: 'end' }).pipe(outcome()));
      const [ofTask] = watch(taskOf(outputs).events.pipe(outcome()));
      expect(ofTask).toMatchObject(ofRun as object);
    }
    expect(watch(EMPTY.pipe(outcome()))).toMatchObject([{ type: 'failed' }, '|']);
  });
});
