import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { finalize, interval, map, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import {
  AbortedError, collect, createSession, InvalidArgumentError, NotRunningError, SessionClosedError,
  type AgentContext, type CloseReport, type Session, type Task, type TaskEvent,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { aDuration, sentence } from '../support/sentences.js';
import { turns } from '../support/turns.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'be in a session' };
const idle = () => NEVER;
const told = (seen: readonly (TaskEvent | '|' | '#')[]) =>
  seen.map((event) => typeof event === 'string' ? event : `${event.taskId.split('-')[0]} ${event.type}`);

/** A task whose context is at hand. */
function opened(session: Pick<Session, 'delegate'>, how?: Parameters<Session['delegate']>[2]): { task: Task; context: AgentContext } {
  let context: AgentContext | undefined;
  const task = session.delegate((_brief, _steering, given) => { context = given; return NEVER; }, brief, how);
  return { task, context: context! };
}

describe('session', () => {
  describe('delegate', () => {
    it('should call the agent in the same frame and answer with its task', () => {
      let called = 0;
      const task = createSession().delegate((given) => { called += 1; expect(given).toEqual(brief); return NEVER; }, brief);
      expect(called).toBe(1);
      expect(task.snapshot().status).toBe('running');
    });

    it('should give the agent what it may know of its task', () => {
      const { task, context } = opened(createSession());
      expect(context.taskId).toBe(task.id);
      expect(context.depth).toBe(1);
      expect(context.takeSteering()).toEqual([]);
      expect(opened(context).context.depth).toBe(2);
    });

    it('should never throw for what a child does', () => {
      const session = createSession();
      const failures: readonly (() => never)[] = [
        () => { throw new Error('no'); }, () => undefined as never, () => [5] as never, () => throwError(() => new Error('no')) as never,
      ];
      for (const agent of failures) {
        const task = session.delegate(agent, brief);
        expect(task.snapshot()).toMatchObject({
          status: 'failed', outcome: { error: { code: 'agent_error', message: expect.stringMatching(/./) } },
        });
      }
      expect(session.delegate(() => ['a'], brief).snapshot().status).toBe('completed');
      expect(session.capacity.running).toBe(0);
    });

    it.each<[string, unknown[], string]>([
      ['no agent', [undefined, brief], sentence('agent', 'a function', 'undefined')],
      ['no brief', [idle], sentence('brief', 'an object', 'undefined')],
      ['a brief that is null', [idle, null], sentence('brief', 'an object', 'null')],
      ['a brief that is a list', [idle, []], sentence('brief', 'an object', 'an array')],
      ['a blank goal', [idle, { goal: ' ' }], sentence('brief.goal', 'a string that is not blank', '" "')],
      ['a goal that is a number', [idle, { goal: 5 }], sentence('brief.goal', 'a string that is not blank', '5')],
      ['options that are null', [idle, brief, null], sentence('the options of delegate', 'an object', 'null')],
      ['an unknown option', [idle, brief, { nmae: 'x' }],
        'Unknown field `nmae` in the options of delegate. Expected: name, detached, deadline, idleTimeout, budget, wrapUp, signal, '
        + 'steerable, key, whenTaken, limit, resultSchema, meta.'],
      ['a blank name', [idle, brief, { name: '' }], sentence('name', 'a string that is not blank', '""')],
      ['detached that is a word', [idle, brief, { detached: 'yes' }], sentence('detached', 'true or false', '"yes"')],
      ['a deadline of 0', [idle, brief, { deadline: 0 }], sentence('deadline', aDuration(1), '0')],
      ['an endless deadline', [idle, brief, { deadline: Infinity }], sentence('deadline', aDuration(1), 'Infinity')],
      ['a deadline that is null', [idle, brief, { deadline: null }], sentence('deadline', aDuration(1), 'null')],
      ['an idle timeout that is NaN', [idle, brief, { idleTimeout: NaN }], sentence('idleTimeout', aDuration(1), 'NaN')],
      ['a signal that is none', [idle, brief, { signal: {} }], sentence('signal', 'an AbortSignal', 'an object')],
    ])('should refuse %s, and start nothing', (_, given, words) => {
      const session = createSession();
      expect(caught(() => (session.delegate as (...args: unknown[]) => unknown)(...given))).toEqual(new InvalidArgumentError(words));
      expect(session.list()).toEqual([]);
      expect(session.capacity.running).toBe(0);
    });

    it('should take options that are undefined for left out', () => {
      const how = { name: undefined, detached: undefined, deadline: undefined, idleTimeout: undefined, signal: undefined };
      expect(createSession().delegate(idle, brief, how).snapshot()).toMatchObject({ status: 'running', agent: 'idle' });
    });

    it('should read its options once, so that changing them afterwards changes nothing', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(idle, brief);
      const how = { deadline: 10 };
      const task = session.delegate(idle, brief, how);
      how.deadline = NaN;
      first.cancel();
      advance(9);
      expect(task.snapshot().status).toBe('running');
      advance(1);
      expect(task.snapshot()).toMatchObject({ status: 'failed', outcome: { error: { code: 'deadline_exceeded' } } });
    });
  });

  describe('the signal of a delegation', () => {
    it('should cancel the task when it aborts, with its reason', () => {
      const controller = new AbortController();
      const task = createSession().delegate(idle, brief, { signal: controller.signal });
      controller.abort(new Error('user left'));
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'user left' });
    });

    it('should refuse to start anything where it is aborted already, with its reason as the cause', () => {
      const session = createSession();
      const reason = new Error('user left');
      const error = caught(() => session.delegate(idle, brief, { signal: AbortSignal.abort(reason) }));
      expect(error).toStrictEqual(new AbortedError('The signal was aborted beforehand, so nothing was started.', { cause: reason }));
      expect(session.list()).toEqual([]);
    });

    it('should cancel a queued task too', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      session.delegate(idle, brief);
      const controller = new AbortController();
      const task = session.delegate(idle, brief, { signal: controller.signal });
      controller.abort('enough');
      expect(task.snapshot()).toMatchObject({ status: 'cancelled', outcome: { reason: 'enough' } });
      expect(session.capacity.queued).toBe(0);
    });

    it('should be let go of when the task has ended', () => {
      const { signal } = new AbortController();
      const session = createSession();
      session.delegate(() => ['a'], brief, { signal });
      const task = session.delegate(idle, brief, { signal });
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      task.cancel();
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });

  describe('get, list and isEvicted', () => {
    it('should know every task, in the order of their start', () => {
      const session = createSession();
      const tasks = [session.delegate(idle, brief), session.delegate(() => ['a'], brief), session.delegate(idle, brief)];
      expect(session.list().map(({ taskId, status }) => [taskId, status])).toEqual([
        [tasks[0]?.id, 'running'], [tasks[1]?.id, 'completed'], [tasks[2]?.id, 'running'],
      ]);
      for (const task of tasks) expect(session.get(task.id)).toBe(task);
    });

    it('should know nothing by ids that never were, whatever they look like', () => {
      const session = createSession();
      session.delegate(idle, brief);
      for (const id of ['agent-222222', '', '__proto__', 'constructor', 5, null, undefined]) {
        expect(session.get(id as string)).toBeUndefined();
        expect(session.isEvicted(id as string)).toBe(false);
      }
    });

    it('should keep sessions apart', () => {
      const [one, other] = [createSession(), createSession()];
      const task = one.delegate(idle, brief);
      expect(other.get(task.id)).toBeUndefined();
      expect(other.list()).toEqual([]);
    });

    it('should show a task only what is below it', () => {
      const session = createSession();
      const { task: parent, context } = opened(session);
      const { task: child, context: below } = opened(context);
      const { task: grandchild } = opened(below);
      const sibling = session.delegate(idle, brief);
      expect(context.list().map(({ taskId }) => taskId)).toEqual([child.id, grandchild.id]);
      expect(below.list().map(({ taskId }) => taskId)).toEqual([grandchild.id]);
      expect(context.get(grandchild.id)).toBe(grandchild);
      for (const id of [parent.id, sibling.id]) expect(context.get(id)).toBeUndefined();
      expect(below.get(child.id)).toBeUndefined();
      expect(session.list()).toHaveLength(4);
    });
  });

  describe('events', () => {
    it('should merge the events of every task below, live', () => {
      const session = createSession();
      session.delegate(() => ['before'], brief);
      const seen = watch(session.events);
      session.delegate((_brief, _steering, { delegate }) => {
        delegate(() => ['b'], brief, { name: 'child' });
        return ['a'];
      }, brief, { name: 'parent' });
      expect(told(seen)).toEqual([
        'parent started', 'child started', 'child line', 'child completed', 'parent line', 'parent completed',
      ]);
    });

    it('should be those below a task in its context, and end with it', () => {
      const session = createSession();
      const { task, context } = opened(session, { name: 'parent' });
      const seen = watch(context.events);
      context.delegate(() => ['b'], brief, { name: 'child' });
      session.delegate(() => ['c'], brief, { name: 'other' });
      opened(context, { name: 'last' });
      task.cancel();
      expect(told(seen)).toEqual(['child started', 'child line', 'child completed', 'last started', 'last cancelled', '|']);
      expect(watch(context.events)).toEqual(['|']);
    });

    it('should complete when the session is closed, after the last outcome', async () => {
      const session = createSession();
      session.delegate(idle, brief, { name: 'idle' });
      const seen = watch(session.events);
      await session.close();
      expect(told(seen)).toEqual(['idle cancelled', '|']);
      expect(watch(session.events)).toEqual(['|']);
    });

    it('should be the same that the tasks tell, for observers of both', () => {
      const session = createSession();
      const all = watch(session.events);
      const task = session.delegate(() => ['a', 'b'], brief);
      expect([...all, '|']).toStrictEqual(watch(task.events));
    });
  });

  describe('nested delegation', () => {
    it('should end a parent’s children with it, running or queued, before its own outcome', () => {
      for (const end of ['complete', 'error', 'cancel'] as const) {
        const session = createSession({ maxRunning: 1, overflow: 'queue' });
        const seen = watch(session.events);
        const output = new Subject<string>();
        let called = 0;
        const parent = session.delegate((_brief, _steering, { delegate }) => {
          delegate(idle, brief, { name: 'running' });
          delegate(() => { called += 1; return NEVER; }, brief, { name: 'queued' });
          return output;
        }, brief, { name: 'parent' });
        output.next('a');
        if (end === 'cancel') parent.cancel();
        else output[end](new Error('no'));
        expect(told(seen).slice(-3)).toEqual(['running cancelled', 'queued cancelled', `parent ${parent.snapshot().status}`]);
        for (const { outcome } of session.list().slice(1)) expect(outcome).toMatchObject({ type: 'cancelled', reason: 'parent_ended' });
        expect(called).toBe(0);
      }
    });

    it('should stop the children of a child that ends by itself, for good', () => {
      marbles(({ cold, expectSubscriptions }) => {
        const parent = cold(' --(a|)   ');
        const child = cold('  -b-b-b-b ');
        const childSubs = '   ^-!      ';
        createSession().delegate((_brief, _steering, { delegate }) => {
          delegate(() => child, brief);
          return parent;
        }, brief);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should let a detached child outlive its parent’s end and its cancel', () => {
      for (const end of [(task: Task) => task.cancel(), () => undefined]) {
        const session = createSession();
        let child: Task | undefined;
        const parent = session.delegate((_brief, _steering, { delegate }) => {
          child = delegate(idle, brief, { detached: true });
          return end.length === 1 ? NEVER : of('a');
        }, brief);
        end(parent);
        expect(parent.snapshot().status).not.toBe('running');
        expect(child?.snapshot().status).toBe('running');
        expect(child?.parentId).toBe(parent.id);
      }
    });

    it('should let a detached child outlive its grandparent too', () => {
      const { task, context } = opened(createSession());
      const { task: middle, context: below } = opened(context);
      const detached = below.delegate(idle, brief, { detached: true });
      task.cancel();
      expect([middle, detached].map((each) => each.snapshot().status)).toEqual(['cancelled', 'running']);
    });

    it('should end a detached child with the session, also where its parent ended long before', async () => {
      const session = createSession();
      const { task, context } = opened(session);
      const detached = context.delegate(idle, brief, { detached: true });
      const { context: below } = opened(context);
      const deeper = below.delegate(idle, brief, { detached: true });
      task.cancel();
      expect(await session.close()).toEqual({
        stopped: true, ids: expect.arrayContaining([detached.id, deeper.id]), notStopped: [], unheard: expect.arrayContaining([task.id]),
      });
      for (const each of [detached, deeper]) expect(each.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'session_closed' });
    });

    it('should end the children of a detached child with it', () => {
      const { task, context } = opened(createSession());
      const { task: detached, context: below } = opened(context, { detached: true });
      const { task: deepest } = opened(below);
      task.cancel();
      expect(deepest.snapshot().status).toBe('running');
      detached.cancel();
      expect(deepest.snapshot().status).toBe('cancelled');
    });

    it('should refuse a task that has ended, with not_running, and start nothing', () => {
      const session = createSession();
      const { task, context } = opened(session);
      task.cancel();
      expect(caught(() => context.delegate(idle, brief))).toEqual(
        new NotRunningError(`Task ${task.id} has ended, so it can start no more tasks.`),
      );
      expect(session.list()).toHaveLength(1);
    });

    it('should refuse it from inside the teardown of its child too', () => {
      const seen: unknown[] = [];
      const task = createSession().delegate(
        (_brief, _steering, { delegate }) => NEVER.pipe(finalize(() => { seen.push(caught(() => delegate(idle, brief))); })), brief,
      );
      task.cancel();
      expect(seen).toMatchObject([{ code: 'not_running' }]);
    });

    it('should work where the verbs are taken out of the context', () => {
      const session = createSession();
      session.delegate((_brief, _steering, { delegate, get, list, isEvicted, takeSteering, holdStop }) => {
        const child = delegate(() => ['a'], brief);
        expect(get(child.id)).toBe(child);
        expect(list()).toHaveLength(1);
        expect([isEvicted(child.id), takeSteering()]).toEqual([false, []]);
        expect(() => holdStop(of(1))).not.toThrow();
        return ['a'];
      }, brief);
      const { delegate, get, list, close } = session;
      expect(get(delegate(idle, brief).id)).toBeDefined();
      expect(list()).toHaveLength(3);
      void close();
      expect.assertions(6);
    });
  });

  describe('close', () => {
    it('should end every task and report which', async () => {
      const session = createSession();
      const { task: parent, context } = opened(session);
      const child = context.delegate(idle, brief);
      const done = session.delegate(() => ['a'], brief);
      const report = await session.close();
      expect({ ...report, ids: [...report.ids].sort() }).toEqual({
        stopped: true, ids: [parent.id, child.id].sort(), notStopped: [], unheard: [done.id],
      });
      expect(parent.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'session_closed' });
      expect(done.snapshot().status).toBe('completed');
    });

    it('should pass a reason on', async () => {
      const session = createSession();
      const task = session.delegate(idle, brief);
      await session.close('shutting down');
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'shutting down' });
    });

    it('should end tasks in the same frame, not only when it is awaited', () => {
      const session = createSession();
      const task = session.delegate(idle, brief);
      void session.close();
      expect(task.snapshot().status).toBe('cancelled');
    });

    it('should start no queued task', async () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      session.delegate(idle, brief);
      let called = 0;
      const queued = session.delegate(() => { called += 1; return NEVER; }, brief);
      expect((await session.close()).ids).toContain(queued.id);
      expect(called).toBe(0);
    });

    it('should answer at once where there is nothing to end, and the same again', async () => {
      const session = createSession();
      const report: CloseReport = { stopped: true, ids: [], notStopped: [], unheard: [] };
      const first = session.close();
      expect(session.close()).toBe(first);
      expect(await first).toEqual(report);
    });

    it('should wait for a child that stops late', async () => {
      const session = createSession();
      let finish: (() => void) | undefined;
      const task = session.delegate(() => new Promise<string>((resolve) => { finish = () => resolve('late'); }), brief);
      const seen: unknown[] = [];
      void session.close().then((report) => seen.push(report));
      await turns();
      expect(seen).toEqual([]);
      finish?.();
      await turns();
      expect(seen).toEqual([{ stopped: true, ids: [task.id], notStopped: [], unheard: [] }]);
    });

    it('should report a child that ignores the abort and outlives the grace', async () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, cancelGrace: 50 });
      const deaf = session.delegate(() => new Promise<string>(() => undefined), brief);
      const good = session.delegate(idle, brief);
      const seen: CloseReport[] = [];
      void session.close().then((report) => seen.push(report));
      advance(49);
      await turns();
      expect(seen).toEqual([]);
      advance(1);
      await turns();
      expect(seen).toEqual([{ stopped: false, ids: [deaf.id, good.id], notStopped: [deaf.id], unheard: [] }]);
    });

    it('should report a child that was cancelled before and has not stopped', async () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, cancelGrace: 50 });
      const deaf = session.delegate(() => new Promise<string>(() => undefined), brief);
      deaf.cancel();
      const seen: CloseReport[] = [];
      void session.close().then((report) => seen.push(report));
      advance(50);
      await turns();
      expect(seen).toEqual([{ stopped: false, ids: [], notStopped: [deaf.id], unheard: [deaf.id] }]);
    });

    it('should report a grandchild that does not stop, and a detached one', async () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, cancelGrace: 0 });
      const { context } = opened(session);
      const deaf = [false, true].map((detached) => context.delegate(() => new Promise<string>(() => undefined), brief, { detached }).id);
      const seen: CloseReport[] = [];
      void session.close().then((report) => seen.push(report));
      advance(0);
      await turns();
      expect(seen).toMatchObject([{ stopped: false, notStopped: deaf }]);
    });

    it('should leave no timer of its own where everything stops in time', () => {
      const { scheduler } = createVirtualTime();
      const session = createSession({ scheduler, deadline: 1_000, idleTimeout: 1_000 });
      session.delegate(idle, brief);
      void session.close();
      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });

    it('should take no more tasks, and let what is kept be read', async () => {
      const session = createSession();
      const { task, context } = opened(session);
      await session.close();
      expect(caught(() => session.delegate(idle, brief))).toEqual(
        new SessionClosedError('The session is closed. Create a new one to start tasks.'),
      );
      expect(caught(() => context.delegate(idle, brief))).toBeInstanceOf(SessionClosedError);
      expect(session.get(task.id)).toBe(task);
      expect(session.list()).toMatchObject([{ taskId: task.id, status: 'cancelled' }]);
      expect(task.cancel()).toBe(false);
      expect(task.steer('a')).toMatchObject({ state: 'missed', reason: 'not_running' });
      expect(watch(task.events).at(-1)).toBe('|');
    });

    it('should be refused to whoever delegates because of it', async () => {
      const session = createSession();
      const seen: unknown[] = [];
      session.delegate(idle, brief);
      session.events.subscribe(({ type }) => { if (type === 'cancelled') seen.push(caught(() => session.delegate(idle, brief))); });
      await session.close();
      expect(seen).toMatchObject([{ code: 'session_closed' }]);
      expect(session.capacity.running).toBe(0);
    });

    it('should be what the end of an await using block does', async () => {
      let task: Task | undefined;
      {
        await using session = createSession();
        task = session.delegate(idle, brief);
        expect(task.snapshot().status).toBe('running');
      }
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'session_closed' });
    });

    it('should leave nothing running', async () => {
      const session = createSession();
      let ticks = 0;
      let open = 0;
      const counting = () => new Observable<string>((subscriber) => {
        open += 1;
        const ticking = interval(0).subscribe(() => { ticks += 1; subscriber.next('tick'); });
        return () => { ticking.unsubscribe(); open -= 1; };
      });
      for (let n = 0; n < 10; n++) session.delegate(counting, brief);
      expect(open).toBe(10);
      await session.close();
      expect(open).toBe(0);
      const before = ticks;
      await turns(20);
      expect(ticks).toBe(before);
    });
  });

  it('should give every task an id of its own', () => {
    const session = createSession({ maxRunning: Infinity });
    const ids = Array.from({ length: 1_000 }, () => session.delegate(idle, brief).id);
    expect(new Set(ids).size).toBe(1_000);
  });

  it('should hand a task’s result on while another one fails', async () => {
    const session = createSession();
    const good = session.delegate(async () => 'good', brief);
    const bad = session.delegate(async () => { throw new Error('bad'); }, brief);
    expect(await collect(good)).toBe('good');
    await expect(collect(bad)).rejects.toMatchObject({ code: 'agent_error', message: 'bad' });
    expect(session.list().map(({ status }) => status)).toEqual(['completed', 'failed']);
    expect(watch(session.events.pipe(map(({ type }) => type)))).toEqual([]);
  });
});
