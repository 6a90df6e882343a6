import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { finalize, merge, NEVER, Observable, Subject, takeUntil, VirtualTimeScheduler, type Observable as Stream } from 'rxjs';
import { describe, expect, it } from '@jest/globals';
import { collect, createSession, fromAsync, run, type AgentContext } from '../../src/index.js';

/** What a reviewer found by using the library, each with the surprise that it was. */
describe('what a stranger ran into', () => {
  it('should give a listening agent also the message that an observer of another one sends', () => {
    const got: string[] = [];
    const task = createSession().delegate((_brief, steering) => {
      steering.subscribe((message) => { got.push(message); });
      return NEVER;
    }, { goal: 'listen' });
    task.events.subscribe((event) => { if (event.type === 'steered' && event.text === 'a') task.steer('b'); });
    task.steer('a');
    expect(got).toEqual(['a', 'b']);
  });

  it.each(['cancelled', 'completed'])('should not call delivered what the teardown of a %s run takes', (how) => {
    const output = new Subject<string>();
    const taken: (readonly string[])[] = [];
    const task = createSession().delegate((_brief, _steering, { takeSteering }) => output.pipe(
      finalize(() => { taken.push(takeSteering()); }),
    ), { goal: 'tidy up' });
    output.next('at work');
    task.steer('a word');
    if (how === 'cancelled') task.cancel();
    else output.complete();
    expect(task.snapshot()).toMatchObject({ status: how, steering: { queued: 0, delivered: 0, missed: 1 } });
    expect(taken).toEqual([[]]);
  });

  it('should count the end of a child as activity of its parent', () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler, idleTimeout: 1_000 });
    const output = new Subject<string>();
    const parent = session.delegate((_brief, _steering, { delegate }) => {
      delegate(() => output, { goal: 'talk' }, { idleTimeout: 100_000 });
      return NEVER;
    }, { goal: 'wait' });
    for (let at = 100; at <= 5_000; at += 100) scheduler.schedule(() => { output.next('still here'); }, at);
    scheduler.schedule(() => { output.complete(); }, 5_000);
    const seen: [string, number][] = [];
    parent.events.subscribe(({ type, at }) => { seen.push([type, at]); });
    scheduler.maxFrames = 5_900;
    scheduler.flush();
    expect(seen).toEqual([['started', 0], ['warning', 5_800]]);
    void session.close();
  });

  it('should abort the signal of a child that is failed for what it put out', () => {
    let context: AgentContext | undefined;
    const task = createSession().delegate((_brief, _steering, given) => {
      context = given;
      return NEVER;
    }, { goal: 'err' });
    const { signal } = context!;
    context!.emit({ type: 'nope' } as never);
    expect([task.snapshot().status, signal.aborted]).toEqual(['failed', true]);
  });

  it('should not be hung by a then that is there only at the second look', async () => {
    let looks = 0;
    const value = { get then(): unknown { looks += 1; return looks > 1 ? () => undefined : undefined; }, kept: 1 };
    const task = createSession().delegate(fromAsync(() => value), { goal: 'hang' });
    expect((await collect(task)).kept).toBe(1);
  });

  it('should listen once to a signal that many wait for', async () => {
    const controller = new AbortController();
    const session = createSession({ maxRunning: Infinity });
    const tasks = Array.from({ length: 20 }, () => session.delegate(() => NEVER, { goal: 'wait' }, { signal: controller.signal }));
    const collects = tasks.map((task) => collect(task, { signal: controller.signal }).catch((thrown: unknown) => thrown));
    controller.abort('enough');
    expect(await Promise.all(collects)).toHaveLength(20);
    expect(new Set(tasks.map((task) => task.snapshot().status))).toEqual(new Set(['cancelled']));
  });

  it('should complete a steering stream that is first subscribed after the end', () => {
    let steering: Stream<string> | undefined;
    createSession().delegate((_brief, given) => { steering = given; return ['done']; }, { goal: 'end' });
    let completed = false;
    steering?.subscribe({ complete: () => { completed = true; } });
    expect(completed).toBe(true);
  });

  it('should not call the agent of a run that was unsubscribed while its steering was being subscribed', () => {
    const stop = new Subject<void>();
    let called = 0;
    const steering = new Observable<string>(() => { stop.next(); });
    run(() => { called += 1; return NEVER; }, { goal: 'never' }, { steering }).pipe(takeUntil(stop)).subscribe();
    expect(called).toBe(0);
  });

  it('should tell of the stop after the outcome', () => {
    const told: string[] = [];
    const task = createSession().delegate(() => NEVER, { goal: 'stop' });
    merge(task.events, task.stopped).subscribe((what) => { told.push('type' in what ? what.type : 'stopped'); });
    task.cancel();
    expect(told).toEqual(['started', 'cancelled', 'stopped']);
  });

  it('should let no child reach beyond its own scope through its context', () => {
    let context: AgentContext | undefined;
    createSession().delegate((_brief, _steering, given) => { context = given; return NEVER; }, { goal: 'look around' });
    expect(Object.keys(context!)).toEqual([]);
  });

  it('should keep nothing alive of what the agent of an ended task closes over', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const session = createSession();
    const start = (): WeakRef<object> => {
      const held = { much: 'of it' };
      session.delegate(() => [held.much], { goal: 'hold' });
      return new WeakRef(held);
    };
    const ref = start();
    await new Promise((resolve) => { setImmediate(resolve); });
    collectGarbage();
    expect(ref.deref()).toBeUndefined();
    expect(session.list()).toHaveLength(1);
  });
});
