import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject } from 'rxjs';
import { createSession, type TaskEvent } from '../../src/index.js';
import { oneOrder } from '../support/laws/checks/oneOrder.js';
import { letterOf, letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 6: all observers see one order, also when one acts from inside next', () => {
  const recorder = (): { readonly seen: string[]; readonly next: (event: TaskEvent) => void } => {
    const seen: string[] = [];
    return { seen, next: (event) => seen.push(`${event.taskId}:${letterOf(event)}`) };
  };

  it('should show a cancel from inside next after what caused it', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions }) => {
      const child = cold('  --a--b');
      const subs = '        ^----!';
      const expected = '    s-a--(bX|)';
      const task = session.delegate(() => child, { goal: 'print' });
      task.events.subscribe((event) => { if (letterOf(event) === 'b') task.cancel(); });

      expectObservable(letters(task.events)).toBe(expected);
      expectSubscriptions(child.subscriptions).toBe(subs);
    });
  });

  it('should show everything that observers cause in the order in which it was caused', () => {
    const session = createSession({ generateId: (name) => name });
    const child = new Subject<string>();
    const [first, second, all] = [recorder(), recorder(), recorder()];
    session.events.subscribe(all.next);
    const task = session.delegate(() => child, { goal: 'print' }, { name: 'one' });
    task.events.subscribe((event) => {
      first.next(event);
      if (letterOf(event) === 'a') {
        task.steer('from inside');
        child.next('b');
        session.delegate(() => NEVER, { goal: 'another' }, { name: 'two' });
        task.cancel();
      }
    });
    task.events.subscribe(second.next);
    child.next('a');

    const expected = ['one:s', 'one:a', 'one:Q', 'one:b', 'one:M', 'one:X'];
    expect(first.seen).toEqual(expected);
    expect(second.seen).toEqual(expected);
    expect(all.seen).toEqual(['one:s', 'one:a', 'one:Q', 'one:b', 'two:s', 'one:M', 'one:X']);
  });

  it('should give no event to an observer that another one has unsubscribed', () => {
    const child = new Subject<string>();
    const task = createSession({ generateId: (name) => name }).delegate(() => child, { goal: 'print' }, { name: 'one' });
    const [stays, leaves] = [recorder(), recorder()];
    const subscription = task.events.subscribe(({ type }) => { if (type === 'line') subscriptionOfOther.unsubscribe(); });
    const subscriptionOfOther = task.events.subscribe(leaves.next);
    task.events.subscribe(stays.next);
    child.next('a');
    subscription.unsubscribe();
    child.next('b');

    expect(leaves.seen).toEqual(['one:s']);
    expect(stays.seen).toEqual(['one:s', 'one:a', 'one:b']);
  });

  it('should give an observer that comes inside next each event once', () => {
    const child = new Subject<string>();
    const task = createSession({ generateId: (name) => name }).delegate(() => child, { goal: 'print' }, { name: 'one' });
    const late = recorder();
    let came = false;
    task.events.subscribe((event) => {
      if (came || letterOf(event) !== 'a') return;
      came = true;
      child.next('b');
      task.events.subscribe(late.next);
      child.next('c');
    });
    child.next('a');
    child.next('d');

    expect(late.seen).toEqual(['one:s', 'one:a', 'one:b', 'one:c', 'one:d']);
  });

  it('should keep the order across tasks for everybody who sees several', () => {
    const session = createSession({ generateId: (name) => name });
    const children = { x: new Subject<string>(), y: new Subject<string>() };
    const [before, after] = [recorder(), recorder()];
    session.events.subscribe(before.next);
    const x = session.delegate(() => children.x, { goal: 'x' }, { name: 'x' });
    session.delegate(() => children.y, { goal: 'y' }, { name: 'y' });
    x.events.subscribe((event) => { if (event.type === 'line') children.y.next(`after ${event.text}`); });
    session.events.subscribe(after.next);
    children.x.next('1');
    children.x.next('2');

    const expected = ['x:1', 'y:after 1', 'x:2', 'y:after 2'];
    expect(before.seen).toEqual(['x:s', 'y:s', ...expected]);
    expect(after.seen).toEqual(expected);
  });

  it('should survive observers that answer one another ten thousand times', () => {
    const session = createSession();
    const children = [new Subject<string>(), new Subject<string>()];
    const tasks = children.map((child, n) => session.delegate(() => child, { goal: `${n}` }));
    let seen = 0;
    for (const [n, task] of tasks.entries()) {
      task.events.subscribe(({ type }) => {
        if (type === 'line' && ++seen < 10_000) children[1 - n]?.next('your turn');
      });
    }
    children[0]?.next('begin');

    expect(seen).toBe(10_000);
  });

  onRandomSchedules('should hold', { observe: 8 }, 400, (history) => play(history, [oneOrder]));
});
