import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable } from 'rxjs';
import { createSession, type Agent, type AgentContext } from '../../src/index.js';
import { closesSubtree } from '../support/laws/checks/closesSubtree.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 5: cancel closes the subscription in the same frame, and the whole subtree’s, and no event follows', () => {
  it('should close parent, child and grandchild at once, and leave the detached alone', () => {
    marbles(({ session, cold, at, expectObservable, expectSubscriptions, flush }) => {
      const cancels = '    ----x       ';
      const source = '     --a--b--c--|';
      const closed = '     ^---!       ';
      const untouched = '  ^----------!';
      const expected = '   s-a-(X|)    ';
      const goesOn = '     s-a--b--c--(C|)';
      const sources = Object.fromEntries(['parent', 'child', 'grandchild', 'detached'].map((name) => [name, cold(source)]));
      const agent = (name: string, ...below: ((context: AgentContext) => void)[]): Agent => (_brief, _steering, context) => {
        for (const start of below) start(context);
        return sources[name]!;
      };
      const grandchild = (context: AgentContext): void => { context.delegate(agent('grandchild'), { goal: 'g' }, { name: 'grandchild' }); };
      const child = (context: AgentContext): void => { context.delegate(agent('child', grandchild), { goal: 'c' }, { name: 'child' }); };
      const detached = (context: AgentContext): void => {
        context.delegate(agent('detached'), { goal: 'd' }, { name: 'detached', detached: true });
      };
      const parent = session.delegate(agent('parent', child, detached), { goal: 'p' }, { name: 'parent' });
      at(cancels, () => {
        parent.cancel();
        expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled', 'running']);
      });

      for (const name of ['parent', 'child', 'grandchild']) {
        expectSubscriptions(sources[name]!.subscriptions).toBe(closed);
        expectObservable(letters(session.get(name)!.events)).toBe(expected);
      }
      expectSubscriptions(sources['detached']!.subscriptions).toBe(untouched);
      expectObservable(letters(session.get('detached')!.events)).toBe(goesOn);
      flush();
      expect(session.get('grandchild')?.snapshot().outcome).toMatchObject({ reason: 'parent_ended' });
    });
  });

  it('should take the children along when a parent ends by itself, and the queued ones too', () => {
    marbles(({ session, cold, expectSubscriptions, expectObservable, flush }) => {
      const parentEnds = ' ----|   ';
      const childSubs = '  ^---!   ';
      const expected = '   q---(X|)';
      const running = cold('-');
      session.delegate((_brief, _steering, context) => {
        context.delegate(() => running, { goal: 'run' }, { name: 'running' });
        context.delegate(() => running, { goal: 'wait' }, { name: 'queued' });
        return cold(parentEnds);
      }, { goal: 'end' });

      expectSubscriptions(running.subscriptions).toBe(childSubs);
      expectObservable(letters(session.get('queued')!.events)).toBe(expected);
      flush();
      expect(session.get('queued')?.snapshot().startedAt).toBeUndefined();
    }, { maxRunning: 1, overflow: 'queue' });
  });

  it('should say the outcomes of those below first, and the task’s own last', () => {
    const session = createSession({ generateId: (name) => name });
    const ends: string[] = [];
    const parent = session.delegate((_brief, _steering, context) => {
      context.delegate(() => NEVER, { goal: 'wait' }, { name: 'child' });
      return NEVER;
    }, { goal: 'wait' }, { name: 'parent' });
    session.events.subscribe(({ taskId, type }) => ends.push(`${taskId} ${type}`));
    parent.cancel();

    expect(ends).toEqual(['child cancelled', 'parent cancelled']);
  });

  it('should unsubscribe and abort before cancel() returns', () => {
    const log: string[] = [];
    const task = createSession().delegate((_brief, _steering, { signal }) => new Observable<string>(() => {
      signal.addEventListener('abort', () => log.push('aborted'));
      return () => log.push('torn down');
    }), { goal: 'wait' });
    task.cancel();
    log.push('returned');

    expect(log).toEqual(['torn down', 'aborted', 'returned']);
  });

  it('should close a child that is cancelled inside its own subscribe', () => {
    const session = createSession({ generateId: (name) => name });
    let open = 0;
    const task = session.delegate(() => new Observable<string>((child) => {
      open += 1;
      child.next('a');
      session.get('one')?.cancel();
      child.next('b');
      return () => { open -= 1; };
    }), { goal: 'end' }, { name: 'one' });

    expect(open).toBe(0);
    expect(task.snapshot()).toMatchObject({ status: 'cancelled', preview: ['a'], lateOutputs: 1 });
  });

  it('should not call an agent whose task is cancelled by the news of its start', () => {
    const session = createSession();
    session.events.subscribe((event) => { if (event.type === 'started') session.get(event.taskId)?.cancel(); });
    let called = 0;
    const task = session.delegate(() => {
      called += 1;
      return NEVER;
    }, { goal: 'start' });

    expect([called, task.snapshot().status]).toEqual([0, 'cancelled']);
  });

  it('should do the same for an aborted signal', () => {
    marbles(({ session, cold, at, expectSubscriptions }) => {
      const child = cold('    --a--b');
      const aborts = '        ---x  ';
      const subs = '          ^--!  ';
      const controller = new AbortController();
      session.delegate(() => child, { goal: 'wait' }, { signal: controller.signal });
      at(aborts, () => { controller.abort(); });
      expectSubscriptions(child.subscriptions).toBe(subs);
    });
  });

  onRandomSchedules('should hold', { cancel: 4, delegate: 10 }, 400, (history) => play(history, [closesSubtree]));
});
