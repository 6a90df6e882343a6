import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, VirtualTimeScheduler, type Observable } from 'rxjs';
import { createLimit, createSession, InvalidArgumentError, type AgentContext, type LimitOptions, type Task } from '../../src/index.js';
import { caught } from '../support/caught.js';
import { createVirtualTime } from '../support/virtualTime.js';

const idle = (): Observable<never> => NEVER;
const brief = { goal: 'g' };
const statuses = (tasks: readonly Task[]): string[] => tasks.map(({ status }) => status);

describe('createLimit', () => {
  it('should hold back what comes after, also where overflow is reject, in the order of their coming', () => {
    const limit = createLimit({ running: 1 });
    const session = createSession();
    const tasks = [1, 2, 3].map(() => session.delegate(idle, brief, { limit }));
    expect(statuses(tasks)).toEqual(['running', 'queued', 'queued']);
    tasks[0]!.cancel();
    expect(statuses(tasks)).toEqual(['cancelled', 'running', 'queued']);
    tasks[2]!.cancel();
    tasks[1]!.cancel();
    expect(limit.running).toBe(0);
  });

  it('should serve any number of sessions, first come, first served', () => {
    const limit = createLimit({ running: 1 });
    const [one, other] = [createSession(), createSession()];
    const order: string[] = [];
    const agent = (name: string) => (): Observable<never> => { order.push(name); return NEVER; };
    const tasks = [
      one.delegate(agent('1'), brief, { limit }), other.delegate(agent('2'), brief, { limit }), one.delegate(agent('3'), brief, { limit }),
      one.delegate(agent('4'), brief, { limit }), other.delegate(agent('5'), brief, { limit }),
    ];
    for (const task of tasks) task.cancel();
    expect(order).toEqual(['1', '2', '3', '4', '5']);
  });

  it('should let one that waits for something else as well hold up nobody', () => {
    const limit = createLimit({ running: 1 });
    const [one, other] = [createSession({ maxRunning: 1, overflow: 'queue' }), createSession()];
    const running = other.delegate(idle, brief, { limit });
    one.delegate(idle, brief);
    const stuck = one.delegate(idle, brief, { limit });
    const next = other.delegate(idle, brief, { limit });
    running.cancel();
    expect(statuses([stuck, next])).toEqual(['queued', 'running']);
  });

  it('should be the agent’s own where delegate is given none', () => {
    const limit = createLimit({ running: 1 });
    const agent = Object.assign((): Observable<never> => NEVER, { limit });
    const session = createSession();
    expect(statuses([session.delegate(agent, brief), session.delegate(agent, brief)])).toEqual(['running', 'queued']);
    expect(session.delegate(agent, brief, { limit: createLimit({ running: 1 }) }).status).toBe('running');
  });

  it('should let so many start within any minute, with one timer, and none where nobody waits', () => {
    const { scheduler, advance } = createVirtualTime();
    const limit = createLimit({ perMinute: 2 });
    const session = createSession({ scheduler, overflow: 'queue' });
    const tasks = [1, 2].map(() => session.delegate(() => ['done'], brief, { limit }));
    expect(scheduler.actions).toHaveLength(0);
    advance(20_000);
    tasks.push(...[1, 2, 3].map(() => session.delegate(() => ['done'], brief, { limit })));
    expect(statuses(tasks)).toEqual(['completed', 'completed', 'queued', 'queued', 'queued']);
    advance(39_999);
    expect(tasks[2]!.status).toBe('queued');
    advance(1);
    expect(statuses(tasks).slice(2)).toEqual(['completed', 'completed', 'queued']);
    advance(60_000);
    expect(tasks[4]!.status).toBe('completed');
    expect(scheduler.actions).toHaveLength(0);
  });

  it('should leave no timer behind in a session that is closed', async () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler });
    const limit = createLimit({ perMinute: 1 });
    session.delegate(() => ['done'], brief, { limit });
    session.delegate(() => ['done'], brief, { limit });
    const report = await session.close();
    expect(report.stopped).toBe(true);
    scheduler.flush();
    expect(scheduler.frame).toBe(0);
  });

  it('should run no deadline while a task waits', () => {
    const { scheduler, advance } = createVirtualTime();
    const limit = createLimit({ running: 1 });
    const session = createSession({ scheduler });
    const first = session.delegate(idle, brief, { limit });
    const second = session.delegate(idle, brief, { limit, deadline: 100 });
    advance(1_000);
    first.cancel();
    advance(99);
    expect(second.status).toBe('running');
    advance(1);
    expect(second.outcome).toMatchObject({ error: { code: 'deadline_exceeded' } });
  });

  it('should refuse who would have to wait below a task that runs under it, and take who need not', () => {
    const limit = createLimit({ running: 2 });
    const session = createSession();
    let context: AgentContext | undefined;
    session.delegate((_brief, _steering, own) => { context = own; return NEVER; }, brief, { limit });
    const child = context!.delegate(idle, brief, { limit });
    expect(child.status).toBe('running');
    expect(caught(() => context!.delegate(idle, brief, { limit }))).toMatchObject({
      code: 'limit_reached', message: expect.stringContaining('under a limit that a task above this one holds'),
    });
    expect(session.list()).toHaveLength(2);
  });

  it('should give back what a task held, however it ended', () => {
    const limit = createLimit({ running: 1 });
    const session = createSession();
    const output = new Subject<string>();
    const first = session.delegate(() => output, brief, { limit });
    const second = session.delegate((): never => { throw new Error('x'); }, brief, { limit });
    const third = session.delegate(idle, brief, { limit });
    output.next('done');
    output.complete();
    expect(statuses([first, second, third])).toEqual(['completed', 'failed', 'running']);
    expect(limit.running).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['0', { running: 0 }, 'Expected `running` to be a whole number from 1, or Infinity, got 0.'],
    ['NaN', { perMinute: NaN }, 'Expected `perMinute` to be a whole number from 1, or Infinity, got NaN.'],
    ['nothing', {}, 'Expected `running` or `perMinute`, got neither: such a limit holds nobody back.'],
    ['an unknown option', { perSecond: 1 }, 'Unknown field `perSecond` in the options of createLimit. Expected: running, perMinute.'],
  ])('should refuse %s', (_, options, words) => {
    expect(caught(() => createLimit(options as LimitOptions))).toEqual(new InvalidArgumentError(words));
  });

  it('should refuse as a limit what is none, and start nothing', () => {
    const session = createSession();
    const words = /^Expected `limit` to be a limit that createLimit made, got/;
    expect(caught(() => session.delegate(idle, brief, { limit: { running: 1 } }))).toMatchObject({ message: expect.stringMatching(words) });
    const own = Object.assign((): Observable<never> => NEVER, { limit: 3 as never });
    expect(caught(() => session.delegate(own, brief))).toMatchObject({ code: 'invalid_argument' });
    expect(session.list()).toEqual([]);
  });
});

describe('pause', () => {
  it('should hold back what is delegated and what waits, and let what runs go on', () => {
    const session = createSession({ maxRunning: 2 });
    const output = new Subject<string>();
    const running = session.delegate(() => output, brief);
    session.pause();
    expect(session.isPaused).toBe(true);
    const waiting = session.delegate(idle, brief);
    output.next('a');
    expect(running.snapshot().preview).toEqual(['a']);
    output.complete();
    expect(statuses([running, waiting])).toEqual(['completed', 'queued']);
    session.resume();
    expect(waiting.status).toBe('running');
    expect(session.isPaused).toBe(false);
  });

  it('should hold back children, too, and let what waits be cancelled', () => {
    const session = createSession();
    let context: AgentContext | undefined;
    session.delegate((_brief, _steering, own) => { context = own; return NEVER; }, brief);
    session.pause();
    const child = context!.delegate(idle, brief);
    expect(child.status).toBe('queued');
    child.cancel();
    session.resume();
    expect(child.status).toBe('cancelled');
  });

  it('should keep a limit open for others', () => {
    const limit = createLimit({ running: 1 });
    const [paused, other] = [createSession(), createSession()];
    const first = other.delegate(idle, brief, { limit });
    paused.pause();
    const held = paused.delegate(idle, brief, { limit });
    const next = other.delegate(idle, brief, { limit });
    first.cancel();
    expect(statuses([held, next])).toEqual(['queued', 'running']);
    next.cancel();
    paused.resume();
    expect(held.status).toBe('running');
  });

  it('should do nothing the second time', () => {
    const session = createSession();
    session.pause();
    session.pause();
    session.resume();
    session.resume();
    expect(session.delegate(idle, brief).status).toBe('running');
  });
});
