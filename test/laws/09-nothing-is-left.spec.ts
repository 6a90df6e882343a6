import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { interval, map, NEVER, Observable, VirtualTimeScheduler } from 'rxjs';
import { collect, createSession, fromAsync, run, SessionClosedError, untilAborted, type CloseReport } from '../../src/index.js';
import { nothingLeft } from '../support/laws/checks/nothingLeft.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 9: a closed session leaves nothing behind', () => {
  it('should close every subscription in the same frame, detached and queued ones too', () => {
    marbles(({ session, cold, at, expectSubscriptions, expectObservable }) => {
      const closes = '  ----x    ';
      const subs = '    ^---!    ';
      const ended = '   s---(X|) ';
      const waited = '  q---(X|) ';
      const [parent, child, orphan] = [cold('-'), cold('-'), cold('-')];
      session.delegate((_brief, _steering, context) => {
        context.delegate(() => child, { goal: 'child' }, { name: 'child' });
        return parent;
      }, { goal: 'parent' }, { name: 'parent' });
      session.delegate((_brief, _steering, context) => {
        context.delegate(() => orphan, { goal: 'orphan' }, { name: 'orphan', detached: true });
        return cold('-|');
      }, { goal: 'end' }, { name: 'short' });
      session.delegate(() => cold('-'), { goal: 'wait' }, { name: 'queued' });
      // The short one's slot is taken by the queued one; this one waits to the end.
      session.delegate(() => cold('-'), { goal: 'wait' }, { name: 'waiting' });
      at(closes, () => { void session.close(); });

      for (const { subscriptions } of [parent, child, orphan]) expectSubscriptions(subscriptions).toBe(subs);
      for (const name of ['parent', 'child', 'orphan']) expectObservable(letters(session.get(name)!.events)).toBe(ended);
      expectObservable(letters(session.get('waiting')!.events)).toBe(waited);
    }, { maxRunning: 2, overflow: 'queue' });
  });

  it('should end what was detached from a parent that is long gone', async () => {
    const session = createSession();
    let open = 0;
    session.delegate((_brief, _steering, context) => {
      context.delegate(() => new Observable<string>(() => {
        open += 1;
        return () => { open -= 1; };
      }), { goal: 'outlive' }, { detached: true });
      return ['done'];
    }, { goal: 'end' });
    expect(open).toBe(1);
    const report = await session.close();

    expect([open, report.ids.length, report.stopped]).toEqual([0, 1, true]);
  });

  it('should leave no timer, whatever was being waited for', async () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler, deadline: 1_000, idleTimeout: 500, maxRunning: 2, overflow: 'queue' });
    const tasks = [1, 2, 3].map((n) => session.delegate(() => interval(10, scheduler).pipe(map(String)), { goal: `tick ${n}` }));
    const collects = tasks.map((task) => collect(task, { timeout: 5_000 }).catch((error: unknown) => (error as { code: string }).code));
    for (const task of tasks) task.stopped.subscribe();
    expect(scheduler.actions.length).toBeGreaterThan(0);
    const report = await session.close();

    expect(report).toEqual({ stopped: true, ids: tasks.map(({ id }) => id), notStopped: [], unheard: [] });
    expect(await Promise.all(collects)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(scheduler.actions.length).toBe(0);
  });

  it('should leave no abort listener on the signals of callers', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    const session = createSession();
    const [first, second] = [1, 2].map((n) => session.delegate(() => NEVER, { goal: `wait ${n}` }, { signal }));
    const collecting = collect(first!, { signal }).catch(() => 'ended');
    const watching = second!.events.pipe(untilAborted(signal)).subscribe();
    expect(listeners()).toBe(1);
    first?.cancel();
    await collecting;
    expect(listeners()).toBe(1);
    await session.close();

    expect(listeners()).toBe(0);
    expect(watching.closed).toBe(true);
  });

  it('should wait for what really stops, at most the grace, and name what does not', async () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler, cancelGrace: 100, generateId: (name) => name });
    let finallyRan = false;
    let release: (() => void) | undefined;
    session.delegate(fromAsync(async (_brief, { signal }) => {
      try {
        await new Promise((_, reject) => { signal.addEventListener('abort', () => { reject(new Error('aborted')); }); });
      } finally {
        finallyRan = true;
      }
    }), { goal: 'obey' }, { name: 'obeys' });
    const late = new Promise<string>((resolve) => { release = () => { resolve('late'); }; });
    session.delegate(() => late, { goal: 'ignore' }, { name: 'ignores' });
    session.delegate((_brief, _steering, { holdStop }) => {
      holdStop(NEVER);
      return NEVER;
    }, { goal: 'hold' }, { name: 'holds' });
    let report: CloseReport | undefined;
    const closing = session.close().then((given) => { report = given; });
    await new Promise(setImmediate);
    expect([finallyRan, report]).toEqual([true, undefined]);
    scheduler.flush();
    await closing;

    expect(report).toEqual({ stopped: false, ids: ['obeys', 'ignores', 'holds'], notStopped: ['ignores', 'holds'], unheard: [] });
    release?.();
    await new Promise(setImmediate);
    expect(session.get('ignores')?.snapshot()).toMatchObject({ status: 'cancelled' });
  });

  it('should take no more, complete its events and answer a second close alike', async () => {
    const session = createSession();
    let completed = false;
    session.events.subscribe({ complete: () => { completed = true; } });
    const closing = session.close();

    expect(completed).toBe(true);
    expect(() => session.delegate(() => NEVER, { goal: 'work' })).toThrow(SessionClosedError);
    expect(await session.close('again')).toBe(await closing);
    await session[Symbol.asyncDispose]();
  });

  it('should wait for a child whose teardown closes the session', async () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler, cancelGrace: 10 });
    let closing: Promise<CloseReport> | undefined;
    const task = session.delegate((_brief, _steering, { holdStop }) => new Observable<string>(() => {
      holdStop(NEVER);
      return () => { closing = session.close(); };
    }), { goal: 'close' });
    task.cancel();
    scheduler.flush();

    expect(await closing).toMatchObject({ stopped: false, notStopped: [task.id] });
  });

  it('should not be misled by a child that holds its stop when it has long stopped', async () => {
    const session = createSession({ cancelGrace: 50 });
    let holdLate = (): void => undefined;
    const parent = session.delegate((_brief, _steering, context) => {
      context.delegate((_childBrief, _childSteering, { holdStop }) => {
        holdLate = () => { holdStop([]); };
        return ['done'];
      }, { goal: 'end' });
      return new Promise<string>(() => undefined);
    }, { goal: 'ignore' });
    holdLate();
    const reports: boolean[] = [];
    parent.stopped.subscribe(({ stopped }) => reports.push(stopped));

    expect(await session.close()).toMatchObject({ stopped: false, notStopped: [parent.id] });
    await new Promise((resolve) => { setTimeout(resolve, 1); });
    expect(reports).toEqual([false]);
  });

  it('should close the session of a run with the run', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const child = cold('  --a--b');
      const childSubs = '   ^---! ';
      const unsub = '       ----! ';
      const expected = '    -     ';
      expectObservable(run((_brief, _steering, context) => {
        context.delegate(() => child, { goal: 'child' });
        return NEVER;
      }, { goal: 'parent' }), unsub).toBe(expected);
      expectSubscriptions(child.subscriptions).toBe(childSubs);
    });
  });

  onRandomSchedules('should hold', { awaitStop: 3, abort: 3, collect: 3 }, 500, (history) => play(history, [nothingLeft]));
});
