import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, Observable, of, throwError, type Subscriber } from 'rxjs';
import { createSession, isOutcome, result, type AgentContext } from '../../src/index.js';
import { endsOnce } from '../support/laws/checks/endsOnce.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

const doing = (work: (child: Subscriber<string>) => unknown): Observable<string> => new Observable((child) => { work(child); });

function say(child: Subscriber<string>, what: string): void {
  if (what === 'complete') child.complete();
  else if (what === 'error') child.error(new Error('boom'));
  else child.next(what);
}

describe('law 1: a task ends exactly once, whatever races whatever', () => {
  it('should end with the first of two endings in one frame', () => {
    marbles(({ session, cold, at, expectObservable, expectSubscriptions }) => {
      const first = cold('  --a--|');
      const second = cold(' --a--|');
      const cancels = '     -----x';
      const subs = '        ^----!';
      const completed = '   s-a--(C|)';
      const cancelled = '   s-a--(X|)';
      const one = session.delegate(() => first, { goal: 'complete, then be cancelled' }, { name: 'one' });
      at(cancels, () => { one.cancel(); });
      at(cancels, () => { two.cancel(); });
      const two = session.delegate(() => second, { goal: 'be cancelled, then complete' }, { name: 'two' });

      expectObservable(letters(one.events)).toBe(completed);
      expectObservable(letters(two.events)).toBe(cancelled);
      expectSubscriptions(first.subscriptions).toBe(subs);
      expectSubscriptions(second.subscriptions).toBe(subs);
    });
  });

  it('should end once where a deadline, an idle timeout and a cancel fall into one frame', () => {
    marbles(({ session, at, expectObservable, flush }) => {
      const cancels = '-----x    ';
      const limited = 's----(F|) ';
      const silent = ' s---w(X|) ';
      const first = session.delegate(() => NEVER, { goal: 'wait' }, { deadline: 5 });
      const second = session.delegate(() => NEVER, { goal: 'wait' }, { deadline: 5, idleTimeout: 5 });
      const answers: boolean[] = [];
      at(cancels, () => answers.push(first.cancel(), second.cancel()));

      expectObservable(letters(first.events)).toBe(limited);
      expectObservable(letters(second.events)).toBe(silent);
      flush();
      expect(answers).toEqual([false, true]);
    });
  });

  it('should answer true to one cancel only', () => {
    const task = createSession().delegate(() => NEVER, { goal: 'wait' });

    expect([task.cancel('first'), task.cancel('second')]).toEqual([true, false]);
    expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'first' });
  });

  it.each<[string, (context: AgentContext, cancel: () => void) => Observable<string>, string]>([
    ['errors after it completed', () => doing((child) => ['a', 'complete', 'error'].map((what) => say(child, what))), 'completed'],
    ['completes after it errored', () => doing((child) => ['error', 'complete'].map((what) => say(child, what))), 'failed'],
    ['cancels itself and completes', (_, cancel) => doing((child) => { say(child, 'a'); cancel(); child.complete(); }), 'cancelled'],
    ['cancels itself and errors', (_, cancel) => new Observable((child) => { cancel(); child.error(new Error('boom')); }), 'cancelled'],
    ['cancels itself and throws', (_, cancel) => { cancel(); throw new Error('boom'); }, 'cancelled'],
    ['cancels itself in its teardown', (_, cancel) => new Observable((child) => { child.next('a'); return cancel; }), 'cancelled'],
    ['puts a wrong output out and goes on', () => concat(of('a', 42 as never, 'b'), throwError(() => new Error('boom'))), 'failed'],
    ['gives several results', () => of(result('x'), result('y')) as unknown as Observable<string>, 'completed'],
  ])('should end an agent once that %s', (_, agent, expected) => {
    const session = createSession({ generateId: (name) => name });
    const outcomes: string[] = [];
    session.events.subscribe((event) => { if (isOutcome(event)) outcomes.push(event.type); });
    const task = session.delegate<string, { goal: string }>(
      (_brief, _steering, context) => agent(context, () => session.get('one')?.cancel()), { goal: 'end' }, { name: 'one' });
    task.cancel('at the latest now');

    expect(outcomes).toEqual([expected]);
    expect(task.snapshot().status).toBe(expected);
  });

  onRandomSchedules('should hold', {}, 400, (history) => play(history, [endsOnce]));
});
