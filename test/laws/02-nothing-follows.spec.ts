import { describe, expect, it } from '@jest/globals';
import { Observable, Subject, type Subscriber } from 'rxjs';
import { createSession, fromAsync, text, type TaskEvent } from '../../src/index.js';
import { nothingFollows } from '../support/laws/checks/nothingFollows.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 2: nothing follows the outcome; late output is counted, never applied', () => {
  it.each([
    ['completed', '  s-a--(C|)', '--a--C', (child: Subscriber<string>) => { child.complete(); }],
    ['failed', '     s-a--(F|)', '--a--F', (child: Subscriber<string>) => { child.error(new Error('boom')); }],
  ])('should count and not apply what comes after a task has %s', (_, expected, live, end) => {
    marbles(({ session, at, expectObservable, flush }) => {
      const source = '--a--b--c';
      const task = session.delegate(() => new Observable<string>((child) => {
        // The teardown stops nothing: this source goes on whatever it is told.
        at(source, (letter) => { if (letter === 'b') end(child); else child.next(letter); });
      }), { goal: 'go on' }, { name: 'one' });
      expectObservable(letters(task.events)).toBe(expected);
      expectObservable(letters(session.events)).toBe(live);
      flush();
      expect(task.snapshot()).toMatchObject({ lateOutputs: 1, preview: ['a'], windowLines: 1 });
    });
  });

  it('should count and not apply what comes after a cancel', () => {
    marbles(({ session, at, expectObservable, flush }) => {
      const source = '  -a-b-c-d';
      const cancels = ' ----x';
      const expected = 'sa-b(X|)';
      const task = session.delegate(() => new Observable<string>((child) => {
        at(source, (letter) => { child.next(letter); });
      }), { goal: 'go on' });
      at(cancels, () => { task.cancel(); });
      expectObservable(letters(task.events)).toBe(expected);
      flush();
      expect(task.snapshot()).toMatchObject({ lateOutputs: 2, preview: ['a', 'b'] });
    });
  });

  it('should say what was left of the text before the outcome', () => {
    const child = new Subject<ReturnType<typeof text>>();
    const task = createSession().delegate(() => child, { goal: 'stream' });
    const seen: TaskEvent[] = [];
    task.events.subscribe((event) => seen.push(event));
    child.next(text('no newline'));
    task.cancel();
    child.next(text('late'));

    expect(seen.map(({ type }) => type)).toEqual(['started', 'line', 'cancelled']);
    expect(seen.map(({ seq }) => seq)).toEqual([0, 1, 2]);
  });

  it('should stop in the middle of a chunk when a line of it makes an observer cancel', () => {
    const child = new Subject<string>();
    const task = createSession().delegate(() => child, { goal: 'print' });
    const seen: string[] = [];
    task.events.subscribe((event) => {
      seen.push(event.type === 'line' ? event.text : event.type);
      if (event.type === 'line' && event.text === 'b') task.cancel();
    });
    child.next('a\nb\nc\nd');

    expect(seen.at(-1)).toBe('cancelled');
    expect(task.snapshot().outcome?.seq).toBe(seen.length - 1);
  });

  it('should not let an observer that comes in the middle change where the events end', () => {
    const session = createSession();
    const child = new Subject<string>();
    const task = session.delegate(() => child, { goal: 'print' });
    const seen: TaskEvent[] = [];
    session.events.subscribe((event) => {
      seen.push(event);
      task.cancel();
    });
    child.next('a');

    expect(seen.map(({ type, seq }) => [seq, type])).toEqual([[1, 'line'], [2, 'cancelled']]);
  });

  it('should count what an async agent prints after its end', async () => {
    let goOn: (() => void) | undefined;
    const task = createSession().delegate(fromAsync(async (_, { print }) => {
      await new Promise<void>((resolve) => { goOn = resolve; });
      print('late');
      return 'a late result';
    }), { goal: 'ignore the abort' });
    task.cancel();
    const { lateOutputs: before, ...then } = task.snapshot();
    goOn?.();
    await new Promise(setImmediate);
    const { lateOutputs: after, ...now } = task.snapshot();

    expect(before).toBe(0);
    expect(after).toBeGreaterThanOrEqual(1);
    expect({ ...now, elapsed: 0 }).toEqual({ ...then, elapsed: 0 });
  });

  onRandomSchedules('should hold', { observe: 6 }, 400, (history) => play(history, [nothingFollows]));
});
