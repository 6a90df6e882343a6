import { describe, expect, it } from '@jest/globals';
import {
  catchError, EMPTY, from, map, mergeMap, NEVER, of, race, Subject, switchMap, take, takeUntil, takeWhile, throwError, timer,
  VirtualTimeScheduler,
} from 'rxjs';
import {
  createSession, delegated, InvalidArgumentError, isOutcome, NotRunningError, result, within, type Agent, type AgentContext,
  type Task,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'work' };
const endings = (tasks: readonly Task[]) =>
  tasks.map(({ outcome }) => outcome && (outcome.type === 'cancelled' ? outcome.reason : outcome.type));

describe('delegated', () => {
  it('should delegate when it is subscribed, and hand on the events', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions }) => {
      const source = '   --a-b-|    ';
      const subs = '     ^-----!    ';
      const expected = ' s-a-b-(C|) ';
      const child = cold(source);
      const agent = (): typeof child => child;
      const stream = delegated(session, agent, brief);
      expect(session.list()).toEqual([]);
      expectObservable(letters(stream)).toBe(expected);
      expectSubscriptions(child.subscriptions).toBe(subs);
    });
  });

  it('should make a task of its own of each subscription', () => {
    const session = createSession();
    const stream = delegated(session, () => ['a'], brief, { name: 'one' });
    for (const seen of [watch(stream.pipe(result())), watch(stream.pipe(result()))]) expect(seen).toEqual(['a', '|']);
    expect(session.list().map(({ agent }) => agent)).toEqual(['one', 'one']);
  });

  describe('with a key', () => {
    it('should leave a task alone that it joined', () => {
      const session = createSession();
      const slow = (): typeof NEVER => NEVER;
      const a = session.delegate(slow, brief, { key: 'k' });
      const mine = new AbortController();
      const seen: string[] = [];
      const joined = delegated(session, slow, brief, { key: 'k', signal: mine.signal }).subscribe(({ type }) => { seen.push(type); });
      mine.abort();
      joined.unsubscribe();
      expect(seen).toEqual(['started']);
      expect(a.outcome).toBeUndefined();
    });

    it.each([undefined, 'supersede'] as const)('should cancel what it started itself, also in the queue (whenTaken: %s)', (whenTaken) => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      session.delegate(() => NEVER, brief);
      const slow = (): typeof NEVER => NEVER;
      const how = { key: 'k', reason: 'left', ...whenTaken && { whenTaken } };
      if (whenTaken !== undefined) session.delegate(slow, brief, { key: 'k' });
      delegated(session, slow, brief, how).subscribe().unsubscribe();
      expect(session.tasks().at(-1)!.outcome).toMatchObject({ type: 'cancelled', reason: 'left' });
    });

    it('should obey its signal as well', () => {
      const session = createSession();
      const stop = new AbortController();
      const stream = delegated(session, () => NEVER, brief, { key: 'k', signal: stop.signal });
      const seen = watch(stream.pipe(map(({ type }) => type)));
      stop.abort('enough');
      expect(seen).toEqual(['started', 'cancelled', '|']);
      expect(endings(session.tasks())).toEqual(['enough']);
      const errors: unknown[] = [];
      const wrong = delegated(session, () => NEVER, brief, { key: 'k', signal: 5 as never });
      for (const each of [stream, wrong]) each.subscribe({ error: (thrown: unknown) => { errors.push(thrown); } });
      expect(errors).toMatchObject([
        { name: 'AbortedError', cause: 'enough' }, { message: 'Expected `signal` to be an AbortSignal, got 5.' },
      ]);
    });
  });

  it('should cancel its task in the same frame when it is unsubscribed, which is then heard of', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions, flush }) => {
      const source = '   --a-b-a-b- ';
      const unsub = '    -----!     ';
      const subs = '     ^----!     ';
      const expected = ' s-a-b      ';
      const child = cold(source);
      expectObservable(letters(delegated(session, () => child, brief)), unsub).toBe(expected);
      expectSubscriptions(child.subscriptions).toBe(subs);
      flush();
      const [task] = session.tasks();
      expect([task?.outcome, task?.isHeard, session.unheard()]).toMatchObject([{ type: 'cancelled', reason: 'unsubscribed' }, true, []]);
    });
  });

  it('should leave nothing behind where nothing comes, or it is left in the replay', () => {
    const session = createSession();
    delegated(session, () => NEVER, brief).subscribe();
    const first = delegated(session, () => NEVER, brief, { reason: 'seen' }).pipe(take(1), map(({ type }) => type));
    expect(watch(first)).toEqual(['started', '|']);
    expect(endings(session.tasks())).toEqual([undefined, 'seen']);
    session.cancel();
    expect(session.unheard()).toEqual([]);
  });

  it('should leave an ended task as it is', () => {
    const session = createSession();
    delegated(session, () => ['a'], brief, { reason: 'late' }).subscribe().unsubscribe();
    delegated(session, () => ['a'], brief, { reason: 'late' }).pipe(takeWhile((event) => !isOutcome(event), true)).subscribe();
    expect(endings(session.tasks())).toEqual(['completed', 'completed']);
  });

  it('should have a failed task as a value, and a delegate that throws as an error', () => {
    const session = createSession({ maxRunning: 1 });
    const broken = delegated(session, () => throwError(() => new Error('no')), brief);
    expect(watch(broken.pipe(map(({ type }) => type)))).toEqual(['started', 'failed', '|']);
    session.delegate(() => NEVER, brief);
    const errors: unknown[] = [];
    delegated(session, () => NEVER, brief).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
    delegated(session, () => NEVER, { goal: '' }).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
    expect(errors).toMatchObject([{ code: 'limit_reached' }, { code: 'invalid_argument', message: expect.stringContaining('brief.goal') }]);
    expect(session.list()).toHaveLength(2);
  });

  it.each([
    ['no session', undefined, {}, 'Expected `scope` to be a session, or the context of a running agent, got undefined.'],
    ['options that are none', createSession(), null, 'Expected `the options of delegated` to be an object, got null.'],
  ])('should refuse %s when it is called', (_, scope, options, words) => {
    expect(caught(() => delegated(scope as never, () => [], brief, options as never))).toEqual(new InvalidArgumentError(words));
  });

  it('should have the time of its session', () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler });
    const seen = watch(delegated(session, () => NEVER, brief).pipe(within(5), map(({ type }) => type)));
    expect(seen).toEqual(['started']);
    scheduler.flush();
    expect([seen, endings(session.tasks())]).toEqual([['started', '#'], ['unsubscribed']]);
  });

  it('should work inside an agent, for children', () => {
    const session = createSession();
    let late: AgentContext;
    const task = session.delegate((_brief, _steering, context) => {
      late = context;
      return delegated(context, () => ['found'], { goal: 'find' }).pipe(result());
    }, brief);
    expect(task.outcome).toMatchObject({ result: 'found' });
    expect(session.list().map(({ parentId }) => parentId)).toEqual([undefined, task.id]);
    const errors: unknown[] = [];
    delegated(late!, () => [], brief).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
    expect(errors).toEqual([expect.any(NotRunningError)]);
  });

  describe('with operators', () => {
    const slow: Agent = () => NEVER;

    it('should stop the loser of a race, where results race', () => {
      const session = createSession();
      const race1 = race(
        delegated(session, slow, brief, { reason: 'lost' }).pipe(result()),
        delegated(session, () => ['won'], brief).pipe(result()),
      );
      expect(watch(race1)).toEqual(['won', '|']);
      expect(endings(session.tasks())).toEqual(['lost', 'completed']);
    });

    it('should supersede with switchMap, cap with mergeMap, and stop with takeUntil', () => {
      const session = createSession();
      const goals = new Subject<string>();
      watch(goals.pipe(switchMap((goal) => delegated(session, slow, { goal }, { reason: 'superseded' }))));
      goals.next('a');
      goals.next('b');
      expect(endings(session.tasks())).toEqual(['superseded', undefined]);
      session.cancel('over');

      const stop = new Subject<void>();
      watch(from(['c', 'd', 'e']).pipe(mergeMap((goal) => delegated(session, slow, { goal }), 2), takeUntil(stop)));
      expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'running', 'running']);
      stop.next();
      expect(endings(session.tasks()).slice(2)).toEqual(['unsubscribed', 'unsubscribed']);
    });

    it('should go on with another task with catchError', () => {
      const session = createSession();
      const broken: Agent = () => throwError(() => new Error('no'));
      expect(watch(delegated(session, broken, brief).pipe(
        result(), catchError(() => delegated(session, () => ['second'], brief).pipe(result())),
      ))).toEqual(['second', '|']);
      expect(watch(delegated(session, broken, brief).pipe(result(), catchError(() => EMPTY)))).toEqual(['|']);
    });

    it('should let a queued task go that never ran', () => {
      marbles(({ session, expectObservable, flush }) => {
        session.delegate(() => NEVER, brief);
        expectObservable(letters(delegated(session, () => of('a'), brief)).pipe(takeUntil(timer(3)))).toBe('q--|');
        flush();
        expect(endings(session.tasks())[1]).toBe('unsubscribed');
      }, { maxRunning: 1, overflow: 'queue' });
    });
  });
});
