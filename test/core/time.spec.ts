import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { concat, NEVER, Observable, Subject, type Subscriber } from 'rxjs';
import { createSession, tool, type Agent, type Task, type TaskSnapshot } from '../../src/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

const idle: Agent = () => NEVER;
const looks = (...tasks: readonly Task[]): readonly TaskSnapshot[] => tasks.map((task) => task.snapshot());

describe('durations', () => {
  let stoodStill = 0;
  const pass = (ms: number): void => { jest.advanceTimersByTime(ms); };

  beforeEach(() => {
    stoodStill = 0;
    jest.useFakeTimers();
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + stoodStill);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it.each([['an hour ahead', 3_600_000], ['an hour back', -3_600_000]])('should be kept where the wall clock is set %s', (_, ahead) => {
    const session = createSession({ retain: { age: 10_000 } });
    const tasks = [{ deadline: 1_000 }, { idleTimeout: 1_000 }].map((how) => session.delegate(idle, { goal: 'wait' }, how));
    const ended = session.delegate(() => ['done'], { goal: 'end' });
    pass(300);
    jest.setSystemTime(Date.now() + ahead);
    pass(600);
    expect(looks(...tasks)).toMatchObject([{ status: 'running', elapsed: 900 }, { status: 'running', elapsed: 900 }]);
    expect(session.get(ended.id)).toBeDefined();
    pass(200);
    expect(looks(...tasks)).toMatchObject([{ status: 'failed', elapsed: 1_000 }, { status: 'failed', elapsed: 1_000 }]);
  });

  it('should show the wall clock in events, also when it was set', () => {
    const output = new Subject<string>();
    const task = createSession().delegate(() => output, { goal: 'print' });
    const seen: number[] = [];
    task.events.subscribe(({ at }) => { seen.push(at); });
    jest.setSystemTime(Date.now() + 3_600_000);
    pass(2_000);
    output.next('later');
    expect(Math.abs(seen.at(-1)! - Date.now())).toBeLessThan(2);
    expect(Math.abs(task.snapshot().lastActivityAt - Date.now())).toBeLessThan(2);
  });

  it('should not count the time in which the host stood still', () => {
    const session = createSession();
    let child!: Subscriber<string>;
    const tasks = [
      session.delegate(idle, { goal: 'wait' }, { deadline: 3_000 }),
      session.delegate(() => new Observable<string>((subscriber) => { child = subscriber; }), { goal: 'print' }, { idleTimeout: 3_000 }),
    ];
    pass(1_000);
    child.next('alive');
    stoodStill += 60_000;
    pass(1_500);
    expect(looks(...tasks)).toMatchObject([{ status: 'running' }, { status: 'running' }]);
    pass(4_000);
    expect(looks(...tasks)).toMatchObject([
      { outcome: { error: { code: 'deadline_exceeded' } } }, { outcome: { error: { code: 'stalled' } } },
    ]);
  });

  it('should leave no timer behind', async () => {
    const session = createSession();
    session.delegate(idle, { goal: 'wait' }, { deadline: 3_000 });
    session.delegate(idle, { goal: 'wait' }, { idleTimeout: 300 });
    expect(jest.getTimerCount()).toBeGreaterThan(0);
    await session.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('silence', () => {
  it.each<[string, readonly (readonly ['started' | 'ended', string?])[], string]>([
    ['told of twice and ended', [['started', 'a'], ['started', 'a'], ['ended', 'a']], 'failed'],
    ['beside the end of another that nobody saw begin', [['started', 'a'], ['ended', 'b']], 'running'],
    ['beside one that ended', [['started', 'a'], ['started', 'b'], ['ended', 'a']], 'running'],
    ['ended twice, beside one without an id', [['started'], ['started', 'a'], ['ended', 'a'], ['ended', 'a']], 'running'],
    ['without an id and ended', [['started'], ['started'], ['ended'], ['ended']], 'failed'],
    ['begun with an id and ended without', [['started', 'a'], ['ended']], 'failed'],
  ])('should be broken by a tool call that is open, and by no other: one %s', (_, calls, status) => {
    const { scheduler, advance } = createVirtualTime();
    const said = calls.map(([state, id]) => tool('look', state, undefined, id));
    const task = createSession({ scheduler, idleTimeout: 100 }).delegate(() => concat(said, NEVER), { goal: 'look' });
    advance(1_000);
    expect(task.status).toBe(status);
    task.cancel();
  });

  it('should be broken by an open tool call, until it has ended', () => {
    const { scheduler, advance } = createVirtualTime();
    const output = new Subject<ReturnType<typeof tool>>();
    const task = createSession({ scheduler }).delegate(() => output, { goal: 'call tools' }, { idleTimeout: 100 });
    output.next(tool('build', 'started', undefined, '1'));
    output.next(tool('test', 'started', undefined, '2'));
    advance(1_000);
    output.next(tool('build', 'ended', undefined, '1'));
    advance(1_000);
    expect(task.snapshot().status).toBe('running');
    output.next(tool('test', 'ended', undefined, '2'));
    advance(99);
    expect(task.snapshot().status).toBe('running');
    advance(10);
    expect(task.snapshot().outcome).toMatchObject({ error: { code: 'stalled' } });
  });

  it('should not be a parent’s whose silent child has a limit of its own', () => {
    const { scheduler, advance } = createVirtualTime();
    const parent = createSession({ scheduler }).delegate((_, _steering, context) => {
      context.delegate(idle, { goal: 'take long' }, { deadline: 1_000 });
      return NEVER;
    }, { goal: 'wait for it' }, { idleTimeout: 100 });
    advance(999);
    expect(parent.snapshot().status).toBe('running');
    advance(102);
    expect(parent.snapshot().outcome).toMatchObject({ error: { code: 'stalled' } });
  });
});

describe('the asynchronous context', () => {
  it('should be that of its delegate, for a child that had to wait for a slot', () => {
    const request = new AsyncLocalStorage<string>();
    const session = createSession({ maxRunning: 1, overflow: 'queue' });
    const seen: unknown[] = [];
    const first = request.run('first', () => session.delegate(idle, { goal: 'wait' }));
    for (const name of ['second', 'third']) {
      request.run(name, () => session.delegate(() => {
        seen.push(request.getStore());
        return [name];
      }, { goal: 'look' }));
    }
    request.run('whoever cancels', () => first.cancel());
    expect(seen).toEqual(['second', 'third']);
    expect(request.getStore()).toBeUndefined();
  });
});
