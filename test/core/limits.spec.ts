import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, map, NEVER, Subject, timer } from 'rxjs';
import {
  CapacityError, createSession, DepthExceededError, InvalidArgumentError, result,
  type AgentContext, type SessionOptions, type Task, type TaskEvent,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { aCount, aDuration, noCounts, noDurations, sentence } from '../support/sentences.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'keep within limits' };
const idle = () => NEVER;

/** Started and still running, with its context at hand. */
function opened(scope: Pick<AgentContext, 'delegate'>): { task: Task; context: AgentContext } {
  let context: AgentContext | undefined;
  const task = scope.delegate((_brief, _steering, given) => { context = given; return NEVER; }, brief);
  return { task, context: context! };
}

describe('limits', () => {
  describe('validated when the session is made', () => {
    const refused = (options: unknown) => caught(() => createSession(options as SessionOptions));

    const counts = [
      ['maxRunning', 1], ['maxQueued', 0], ['maxDepth', 1], ['maxDescendants', 0], ['windowLines', 1], ['lineLength', 1],
      ['maxLineBytes', 4], ['mailboxSize', 1], ['messageLength', 1],
    ] as const;
    it.each(counts)('should take %s from %p to Infinity, and nothing else', (name, min) => {
      for (const good of [min, min + 1, Infinity, undefined]) expect(() => createSession({ [name]: good })).not.toThrow();
      for (const [bad, words] of [...noCounts, [min - 1, String(min - 1)] as const]) {
        if (bad === min) continue;
        expect(refused({ [name]: bad })).toEqual(new InvalidArgumentError(sentence(name, aCount(min), words)));
      }
    });

    it.each([['deadline', 1], ['idleTimeout', 1], ['cancelGrace', 0]] as const)(
      'should take %s from %p milliseconds to what a timer can take, and nothing else',
      (name, min) => {
        for (const good of [min, 0.5 + min, 2_147_483_647, undefined]) expect(() => createSession({ [name]: good })).not.toThrow();
        for (const [bad, words] of [...noDurations, [min - 1, String(min - 1)] as const]) {
          expect(refused({ [name]: bad })).toEqual(new InvalidArgumentError(sentence(name, aDuration(min), words)));
        }
      },
    );

    it.each<[string, unknown, string]>([
      ['an overflow that is no choice', { overflow: 'drop' }, 'Expected `overflow` to be reject or queue, got "drop".'],
      ['an overflow that is null', { overflow: null }, 'Expected `overflow` to be reject or queue, got null.'],
      ['a generateId that is none', { generateId: 'x' }, sentence('generateId', 'a function', '"x"')],
      ['a retain that is a number', { retain: 5 }, sentence('retain', 'an object', '5')],
      ['a retain that is null', { retain: null }, sentence('retain', 'an object', 'null')],
      ['an unknown field of retain', { retain: { counts: 1 } }, 'Unknown field `counts` in retain. Expected: count, age, unheard, bytes.'],
      ['a retain.count below 0', { retain: { count: -1 } }, sentence('retain.count', aCount(0), '-1')],
      ['a retain.unheard that is NaN', { retain: { unheard: NaN } }, sentence('retain.unheard', aCount(0), 'NaN')],
      ['an endless retain.age', { retain: { age: Infinity } }, sentence('retain.age', aDuration(0), 'Infinity')],
      ['options that are null', null, sentence('the session options', 'an object', 'null')],
      ['options that are a list', [], sentence('the session options', 'an object', 'an array')],
    ])('should refuse %s', (_, options, words) => {
      expect(refused(options)).toEqual(new InvalidArgumentError(words));
    });

    it.each<[string, unknown]>([
      ['null', null], ['a number', 5], ['an object without a clock', { schedule: () => undefined }],
      ['one without a schedule', { now: () => 0 }],
    ])('should refuse a scheduler that is %s', (_, scheduler) => {
      expect(refused({ scheduler })).toMatchObject({ code: 'invalid_argument', message: expect.stringMatching(/^Expected `scheduler/) });
    });

    it('should refuse an option that it does not know, and name those that it does', () => {
      expect(refused({ maxRuning: 3 })).toEqual(new InvalidArgumentError(
        'Unknown field `maxRuning` in the session options. Expected: maxRunning, maxTotalRunning, overflow, maxQueued, '
        + 'maxDepth, maxDescendants, windowLines, lineLength, maxLineBytes, mailboxSize, messageLength, deadline, idleTimeout, '
        + 'budget, cancelGrace, retain, redact, scheduler, generateId.',
      ));
      expect(refused(JSON.parse('{ "__proto__": 1 }'))).toBeInstanceOf(InvalidArgumentError);
    });

    it('should need no options, and take every one of them', () => {
      expect(() => createSession()).not.toThrow();
      expect(() => createSession({})).not.toThrow();
      expect(() => createSession({ retain: { count: 0, age: 0, unheard: 0 }, generateId: (name) => name })).not.toThrow();
    });
  });

  describe('generateId', () => {
    it('should name the tasks', () => {
      let count = 0;
      const session = createSession({ generateId: (name) => `${name}#${++count}` });
      expect([session.delegate(idle, brief).id, session.delegate(idle, brief, { name: 'reader' }).id]).toEqual(['idle#1', 'reader#2']);
    });

    it('should be asked again for an id that is taken', () => {
      const ids = ['a', 'a', 'a', 'b'];
      const session = createSession({ generateId: () => ids.shift()! });
      expect([session.delegate(idle, brief).id, session.delegate(idle, brief).id]).toEqual(['a', 'b']);
    });

    it('should be refused where it never makes a new one, or none at all, and then nothing is started', () => {
      const refusal = { code: 'invalid_argument', message: expect.stringContaining('generateId') };
      const session = createSession({ generateId: () => 'a' });
      session.delegate(idle, brief);
      expect(caught(() => session.delegate(idle, brief))).toMatchObject(refusal);
      expect(session.list()).toHaveLength(1);
      for (const bad of ['', ' ', 5, undefined]) {
        const other = createSession({ generateId: () => bad as string });
        expect(caught(() => other.delegate(idle, brief))).toMatchObject(refusal);
        expect(other.list()).toEqual([]);
        expect(other.capacity.running).toBe(0);
      }
    });

    it('should not give the id of a forgotten task again', () => {
      const ids = ['a', 'b', 'a', 'c'];
      const session = createSession({ generateId: () => ids.shift()!, retain: { unheard: 0 } });
      session.delegate(() => ['x'], brief);
      session.delegate(idle, brief);
      expect(session.isEvicted('a')).toBe(true);
      expect(session.delegate(idle, brief).id).toBe('c');
    });
  });

  describe('maxRunning', () => {
    it('should reject at the cap with count, limit and what to do, and start nothing', () => {
      const session = createSession({ maxRunning: 2 });
      session.delegate(idle, brief);
      const second = session.delegate(idle, brief);
      const error = caught(() => session.delegate(idle, brief));
      expect(error).toBeInstanceOf(CapacityError);
      expect(error).toMatchObject({
        code: 'limit_reached', count: 2, limit: 2,
        message: '2 of 2 tasks are running. Collect or cancel one of them before you start another.',
      });
      expect(session.list()).toHaveLength(2);
      second.cancel();
      expect(() => session.delegate(idle, brief)).not.toThrow();
    });

    it('should be 16 by default, free again at the end of each task, however it ends', () => {
      const session = createSession();
      for (const agent of [() => ['a'], () => EMPTY, () => { throw new Error('no'); }]) {
        for (let n = 0; n < 20; n++) session.delegate(agent as () => string[], brief);
      }
      for (let n = 0; n < 16; n++) session.delegate(idle, brief);
      expect(session.capacity).toEqual({ running: 16, queued: 0, limit: 16 });
      expect(() => session.delegate(idle, brief)).toThrow(CapacityError);
    });

    it('should count each generation by itself', () => {
      const session = createSession({ maxRunning: 1 });
      const { context } = opened(session);
      const { context: below } = opened(context);
      opened(below);
      for (const scope of [session, context, below]) {
        expect(scope.capacity).toEqual({ running: 1, queued: 0, limit: 1 });
        expect(scope.depthLeft).toBe(scope === session ? 3 : scope === context ? 2 : 1);
        expect(caught(() => scope.delegate(idle, brief))).toMatchObject({ code: 'limit_reached' });
      }
    });

    it('should count a generation over the whole session', () => {
      const session = createSession({ maxRunning: 2 });
      const [first, second] = [opened(session), opened(session)];
      opened(first.context);
      opened(first.context);
      expect(caught(() => second.context.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 2, limit: 2 });
    });

    it('should never reject where it is Infinity', () => {
      const session = createSession({ maxRunning: Infinity });
      for (let n = 0; n < 1_000; n++) session.delegate(idle, brief);
      expect(session.capacity).toEqual({ running: 1_000, queued: 0, limit: Infinity });
    });
  });

  describe('overflow: queue', () => {
    it('should let tasks wait, and start the oldest when a slot is free', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const started: string[] = [];
      const agent = (name: string) => () => { started.push(name); return NEVER; };
      const [first, , third, fourth] = ['a', 'b', 'c', 'd'].map((name) => session.delegate(agent(name), brief));
      expect(session.capacity).toEqual({ running: 1, queued: 3, limit: 1 });
      third?.cancel();
      first?.cancel();
      expect(started).toEqual(['a', 'b']);
      expect(fourth?.snapshot().status).toBe('queued');
      expect(session.capacity).toEqual({ running: 1, queued: 1, limit: 1 });
    });

    it('should run a long queue of synchronous tasks to its end, one after the other', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue', maxQueued: Infinity, retain: { unheard: Infinity } });
      const gate = session.delegate(idle, brief);
      const tasks = Array.from({ length: 3_000 }, (_, n) => session.delegate(() => [String(n)], brief));
      gate.cancel();
      expect(tasks.every((task) => task.snapshot().status === 'completed')).toBe(true);
      expect(session.capacity).toEqual({ running: 0, queued: 0, limit: 1 });
    });

    it('should start a waiting task only when the event in hand has reached everybody', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const seen: string[] = [];
      const first = session.delegate(idle, brief, { name: 'a' });
      session.events.subscribe(({ taskId, type }) => seen.push(`1 ${taskId[0]} ${type}`));
      session.events.subscribe(({ taskId, type }) => seen.push(`2 ${taskId[0]} ${type}`));
      session.delegate(() => { seen.push('called'); return NEVER; }, brief, { name: 'b' });
      seen.length = 0;
      first.cancel();
      expect(seen).toEqual(['1 a cancelled', '2 a cancelled', '1 b started', '2 b started', 'called']);
    });

    it('should start a waiting task also where the slot was freed from inside an observer, and nobody watches it', () => {
      const session = createSession({ maxRunning: 2, overflow: 'queue' });
      const output = new Subject<string>();
      const watched = session.delegate(() => output, brief);
      const unwatched = session.delegate(idle, brief);
      const waiting = session.delegate(idle, brief);
      watched.events.subscribe(({ type }) => { if (type === 'line') unwatched.cancel(); });
      output.next('a');
      expect(unwatched.snapshot().status).toBe('cancelled');
      expect(waiting.snapshot().status).toBe('running');
    });

    it('should let no newcomer overtake those that wait', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const order: string[] = [];
      const agent = (name: string) => () => { order.push(name); return NEVER; };
      const first = session.delegate(agent('a'), brief);
      session.delegate(agent('b'), brief);
      first.events.subscribe({ complete: () => { session.delegate(agent('c'), brief); } });
      first.cancel();
      expect(order).toEqual(['a', 'b']);
      expect(session.capacity).toEqual({ running: 1, queued: 1, limit: 1 });
    });

    it('should refuse where as many wait as may, with the queue’s count and limit', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue', maxQueued: 1 });
      session.delegate(idle, brief);
      session.delegate(idle, brief);
      expect(caught(() => session.delegate(idle, brief))).toMatchObject({
        code: 'limit_reached', count: 1, limit: 1,
        message: '1 of 1 tasks are running and 1 of 1 are waiting. Collect or cancel one of them before you start another.',
      });
      expect(session.list()).toHaveLength(2);
    });

    it('should refuse at once where none may wait', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue', maxQueued: 0 });
      session.delegate(idle, brief);
      expect(caught(() => session.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 0, limit: 0 });
    });

    it('should let each generation wait by itself, so that parents never wait for the slots they hold', () => {
      const session = createSession({ maxRunning: 1, maxQueued: 1, overflow: 'queue' });
      const finish = new Subject<void>();
      const parent = session.delegate((_brief, _steering, { delegate }) => {
        const children = [delegate(() => finish.pipe(map(() => 'a')), brief), delegate(() => ['b'], brief)];
        return concat(...children.map((child) => child.events)).pipe(map(({ type }) => type));
      }, brief);
      expect(session.delegate(() => ['c'], brief).snapshot().status).toBe('queued');
      expect(session.list().map(({ status }) => status)).toEqual(['running', 'running', 'queued', 'queued']);
      finish.next();
      finish.complete();
      expect(parent.snapshot()).toMatchObject({ status: 'completed' });
      expect(session.list().map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
    });
  });

  describe('maxDepth', () => {
    it('should be three generations by default, and refuse the fourth', () => {
      const session = createSession();
      const { context: third } = opened(opened(opened(session).context).context);
      expect(third.depth).toBe(3);
      const error = caught(() => third.delegate(idle, brief));
      expect(error).toBeInstanceOf(DepthExceededError);
      expect(error).toMatchObject({
        code: 'depth_exceeded',
        message: 'Tasks may be 3 generations deep, and this would be generation 4. Do this work without delegating it.',
      });
      expect(session.list()).toHaveLength(3);
    });

    it('should let nobody but the session delegate where it is 1, detached or not', () => {
      const { context } = opened(createSession({ maxDepth: 1 }));
      expect(caught(() => context.delegate(idle, brief))).toMatchObject({ code: 'depth_exceeded' });
      expect(caught(() => context.delegate(idle, brief, { detached: true }))).toMatchObject({ code: 'depth_exceeded' });
    });
  });

  describe('maxDescendants', () => {
    it('should limit what is ever started below one root task, at any depth', () => {
      const session = createSession({ maxDescendants: 3 });
      const root = opened(session);
      root.context.delegate(() => ['a'], brief);
      const { context: below } = opened(root.context);
      below.delegate(() => ['a'], brief);
      const error = caught(() => below.delegate(idle, brief));
      expect(error).toMatchObject({ code: 'limit_reached', count: 3, limit: 3, message: expect.stringContaining(root.task.id) });
      expect(caught(() => root.context.delegate(idle, brief))).toMatchObject({ code: 'limit_reached' });
      expect(() => opened(session).context.delegate(idle, brief)).not.toThrow();
    });

    it('should count detached and queued ones, and none that was refused', () => {
      const { context } = opened(createSession({ maxDescendants: 2, maxRunning: 1, overflow: 'queue', maxQueued: 1 }));
      context.delegate(idle, brief, { detached: true });
      expect(caught(() => context.delegate(idle, { goal: '' }))).toMatchObject({ code: 'invalid_argument' });
      context.delegate(idle, brief);
      expect(caught(() => context.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 2, limit: 2 });
    });

    it('should let nothing be started below a root task where it is 0', () => {
      const { context } = opened(createSession({ maxDescendants: 0 }));
      expect(caught(() => context.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 0, limit: 0 });
    });
  });

  describe('deadline', () => {
    it('should fail the task when it has run so long, and stop the child, in RxJS’s own time', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a--a--a--a');
        const childSubs = '   ^-----!    ';
        const expected = '    sl--l-(f|)';
        const task = createSession().delegate(() => child, brief, { deadline: 6 });
        expectObservable(task.events.pipe(map(({ type }) => type[0]))).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should say why, and abort the signal', () => {
      const { scheduler, advance } = createVirtualTime();
      let signal: AbortSignal | undefined;
      const task = createSession({ scheduler, deadline: 100 }).delegate((_brief, _steering, context) => {
        signal = context.signal;
        return NEVER;
      }, brief);
      advance(99);
      expect(task.snapshot().status).toBe('running');
      advance(1);
      expect(task.snapshot()).toMatchObject({
        status: 'failed', endedAt: 100,
        outcome: {
          error: { code: 'deadline_exceeded', name: 'DeadlineExceededError', message: 'The task ran longer than its deadline of 100 ms.' },
        },
      });
      expect(signal?.reason).toMatchObject({ code: 'deadline_exceeded' });
    });

    it('should count from the start, not from the queue', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(idle, brief);
      const second = session.delegate(idle, brief, { deadline: 10 });
      advance(50);
      expect(second.snapshot().status).toBe('queued');
      first.cancel();
      advance(9);
      expect(second.snapshot().status).toBe('running');
      advance(1);
      expect(second.snapshot().status).toBe('failed');
    });

    it('should be the delegation’s own rather than the session’s', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, deadline: 10 });
      const [short, long] = [session.delegate(idle, brief), session.delegate(idle, brief, { deadline: 20 })];
      advance(10);
      expect([short, long].map((task) => task.snapshot().status)).toEqual(['failed', 'running']);
      advance(10);
      expect(long.snapshot().status).toBe('failed');
    });

    it('should take the children along', () => {
      const { scheduler, advance } = createVirtualTime();
      let child: Task | undefined;
      createSession({ scheduler }).delegate((_brief, _steering, { delegate }) => {
        child = delegate(idle, brief);
        return NEVER;
      }, brief, { deadline: 5 });
      advance(5);
      expect(child?.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'parent_ended' });
    });

    it('should not come where the child ends in time', () => {
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler }).delegate(() => timer(4, scheduler).pipe(map(() => 'a')), brief, { deadline: 5 });
      advance(10);
      expect(task.snapshot().status).toBe('completed');
      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });
  });

  describe('idleTimeout', () => {
    const kinds = (task: Task) => watch(task.events).map((event) => typeof event === 'string' ? event : `${event.at} ${event.type}`);

    it('should warn at 80 % and then fail as stalled, in RxJS’s own time', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a----------');
        const childSubs = '   ^----------!';
        const expected = '    sl-------w-(f|)';
        const task = createSession().delegate(() => child, brief, { idleTimeout: 10 });
        const marks: Record<string, string> = { started: 's', line: 'l', warning: 'w', failed: 'f' };
        expectObservable(task.events.pipe(map(({ type }) => marks[type]))).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should say how long the silence is, and how long it may be', () => {
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler, idleTimeout: 100 }).delegate(idle, brief);
      advance(79);
      expect(kinds(task)).toEqual(['0 started']);
      advance(1);
      expect(watch(task.events)[1]).toMatchObject({
        type: 'warning', code: 'idle', message: 'The task has put nothing out for 80 ms; at 100 ms it fails as stalled.',
      });
      advance(20);
      expect(task.snapshot().outcome).toMatchObject({
        at: 100, error: { code: 'stalled', name: 'StalledError', message: 'The task put nothing out for its idle timeout of 100 ms.' },
      });
    });

    it('should start anew with every output, and warn anew of a new silence', () => {
      const { scheduler, advance } = createVirtualTime();
      const output = new Subject<string>();
      const task = createSession({ scheduler, idleTimeout: 10 }).delegate(() => output, brief);
      advance(9);
      output.next('a');
      advance(9);
      output.next('b');
      advance(7);
      output.next('c');
      advance(10);
      expect(kinds(task)).toEqual(['0 started', '8 warning', '9 line', '17 warning', '18 line', '25 line', '33 warning', '35 failed', '|']);
    });

    it('should take the activity of everything below for its own', () => {
      const { scheduler, advance } = createVirtualTime();
      const output = new Subject<string>();
      const parent = createSession({ scheduler, idleTimeout: 10 }).delegate((_brief, _steering, { delegate }) => {
        delegate(() => output, brief);
        return NEVER;
      }, brief);
      for (let n = 0; n < 5; n++) {
        advance(7);
        output.next('a');
      }
      expect(parent.snapshot().status).toBe('running');
      expect(kinds(parent)).toEqual(['0 started']);
      advance(10);
      expect(parent.snapshot().outcome).toMatchObject({ error: { code: 'stalled' } });
    });

    it('should not take a child that waits for a slot for a hang', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: 1, overflow: 'queue' });
      const { context } = opened(session);
      const blocker = context.delegate(idle, brief, { detached: true });
      const waits = session.delegate(
        (_brief, _steering, { delegate }) => { delegate(idle, brief); return NEVER; }, brief, { idleTimeout: 10 },
      );
      session.list();
      expect(waits.snapshot().status).toBe('queued');
      session.get(context.taskId)?.cancel();
      advance(100);
      expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'running', 'running', 'queued']);
      blocker.cancel();
      advance(9);
      expect(waits.snapshot().status).toBe('running');
      advance(1);
      expect(waits.snapshot().outcome).toMatchObject({ error: { code: 'stalled' } });
    });

    it('should not be fed by steering, nor by its own warning', () => {
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler, idleTimeout: 10 }).delegate(idle, brief);
      advance(9);
      task.steer('on');
      advance(1);
      expect(task.snapshot().status).toBe('failed');
    });

    it('should be the delegation’s own rather than the session’s, and leave no timer', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, idleTimeout: 10 });
      const task = session.delegate(idle, brief, { idleTimeout: 30 });
      advance(20);
      expect(task.snapshot().status).toBe('running');
      task.cancel();
      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });

    it('should fail by the deadline where that comes first', () => {
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler, idleTimeout: 10, deadline: 9 }).delegate(idle, brief);
      advance(20);
      expect(kinds(task)).toEqual(['0 started', '8 warning', '9 failed', '|']);
      expect(task.snapshot().outcome).toMatchObject({ error: { code: 'deadline_exceeded' } });
    });
  });

  it('should ask for no time at all unless asked to', () => {
    const { scheduler } = createVirtualTime();
    createSession({ scheduler }).delegate(idle, brief);
    expect(scheduler.actions).toEqual([]);
  });

  describe('retain', () => {
    const ended = (session: ReturnType<typeof createSession>, name: string) => session.delegate(() => [name], brief, { name });
    const heard = (task: Task) => { task.events.subscribe(); };
    const names = (session: ReturnType<typeof createSession>) => session.list().map(({ agent }) => agent);

    it('should forget the oldest end of what was heard of', () => {
      const session = createSession({ retain: { count: 2 } });
      const tasks = ['a', 'b', 'c', 'd'].map((name) => ended(session, name));
      for (const task of [...tasks].reverse()) heard(task);
      expect(names(session)).toEqual(['c', 'd']);
      expect(tasks.map((task) => session.isEvicted(task.id))).toEqual([true, true, false, false]);
      expect(session.get(tasks[0]!.id)).toBeUndefined();
    });

    it('should go by the end and not by the start', () => {
      const session = createSession({ retain: { count: 1 } });
      const [first, second] = [session.delegate(idle, brief, { name: 'first' }), session.delegate(idle, brief, { name: 'second' })];
      heard(first);
      heard(second);
      second.cancel();
      first.cancel();
      expect(names(session)).toEqual(['first']);
    });

    it('should keep what nobody has heard of apart', () => {
      const session = createSession({ retain: { count: 0 } });
      ended(session, 'unheard');
      heard(ended(session, 'heard'));
      expect(names(session)).toEqual(['unheard']);
    });

    it('should take neither a look, nor a list, nor the session’s stream for hearing', () => {
      const session = createSession({ retain: { count: 0 } });
      session.events.subscribe();
      const task = ended(session, 'a');
      task.snapshot();
      session.list();
      session.get(task.id);
      expect(names(session)).toEqual(['a']);
      heard(task);
      expect(names(session)).toEqual([]);
    });

    it('should take an observer that left before the outcome for one that has not heard', () => {
      const session = createSession({ retain: { count: 0 } });
      const task = session.delegate(idle, brief, { name: 'a' });
      task.events.subscribe().unsubscribe();
      task.cancel();
      expect(names(session)).toEqual(['a']);
    });

    it('should forget by age, when the session is next used, and only what was heard of', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, retain: { age: 100 } });
      heard(ended(session, 'old'));
      ended(session, 'unheard');
      advance(50);
      heard(ended(session, 'young'));
      advance(50);
      expect(names(session)).toEqual(['old', 'unheard', 'young']);
      advance(1);
      expect(names(session)).toEqual(['unheard', 'young']);
      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });

    it('should say so where an unheard task has to go, to the session and not to the task', () => {
      const session = createSession({ retain: { unheard: 1 } });
      const seen = watch(session.events) as TaskEvent[];
      expect(session.unheard()).toEqual([]);
      const [first] = ['a', 'b'].map((name) => ended(session, name));
      expect(names(session)).toEqual(['b']);
      expect(seen.filter(({ type }) => type === 'warning')).toMatchObject([
        { taskId: first?.id, code: 'unheard_evicted', message: expect.stringContaining(first!.id) },
      ]);
      expect(watch(first!.events)).toMatchObject([{ type: 'started' }, { type: 'line' }, { type: 'completed' }, '|']);
    });

    it('should say nothing where a task goes that was heard of', () => {
      const session = createSession({ retain: { count: 0 } });
      const seen = watch(session.events) as TaskEvent[];
      heard(ended(session, 'a'));
      expect(names(session)).toEqual([]);
      expect(seen.map(({ type }) => type)).toEqual(['started', 'line', 'completed']);
    });

    it('should say it to the scopes above the task too, and let them tell an evicted id from a foreign one', () => {
      const session = createSession({ retain: { unheard: 0 } });
      const { context } = opened(session);
      const other = opened(session);
      const seen = watch(context.events) as TaskEvent[];
      expect(context.unheard()).toEqual([]);
      const child = context.delegate(() => ['a'], brief);
      expect(seen.map(({ type }) => type)).toEqual(['started', 'line', 'completed', 'warning']);
      expect([session.isEvicted(child.id), context.isEvicted(child.id), other.context.isEvicted(child.id)]).toEqual([true, true, false]);
    });

    it('should leave a handle that is still held working', () => {
      const session = createSession({ retain: { unheard: 0 } });
      const task = ended(session, 'a');
      expect(session.get(task.id)).toBeUndefined();
      expect(task.snapshot()).toMatchObject({ status: 'completed', preview: ['a'] });
      expect(watch(task.events).at(-1)).toBe('|');
      expect(task.cancel()).toBe(false);
    });

    it('should never forget a task that runs', () => {
      const session = createSession({ retain: { count: 0, unheard: 0, age: 0 } });
      const task = session.delegate(idle, brief);
      for (let n = 0; n < 10; n++) heard(ended(session, 'a'));
      expect(session.list()).toHaveLength(1);
      expect(session.get(task.id)).toBe(task);
    });

    it('should keep 200 heard and 1000 unheard ones by default', () => {
      const session = createSession();
      for (let n = 0; n < 1_100; n++) ended(session, 'unheard');
      expect(session.list()).toHaveLength(1_000);
      for (const { taskId } of session.list()) heard(session.get(taskId)!);
      expect(session.list()).toHaveLength(200);
    });
  });
});

describe('retain.bytes', () => {
  it('should bound what ended tasks keep, and say what was lost unheard', () => {
    const session = createSession({ retain: { bytes: 1_000_000 } });
    const lost: string[] = [];
    session.events.subscribe((event) => { if (event.type === 'warning') lost.push(event.taskId); });
    expect(session.unheard()).toEqual([]);
    const tasks = Array.from({ length: 10 }, () => session.delegate(() => [result('x'.repeat(100_000))], { goal: 'answer' }));
    expect(session.list()).toHaveLength(5);
    expect(lost).toEqual(tasks.slice(0, 5).map(({ id }) => id));
  });

  it.each([
    ['bytes', new Uint8Array(300_000)],
    ['a list', Array.from({ length: 3_000 }, () => 'x'.repeat(42))],
    ['deep data', { a: { b: ['x'.repeat(150_000)] } }],
    ['a map', new Map([['a', 'x'.repeat(150_000)]])],
    ['a page in a list in an answer', { status: 'ok', data: { items: [{ id: 1, page: { id: 7, html: 'x'.repeat(150_000) } }] } }],
    ['a map in data', { found: { pages: new Map([['k', ['x'.repeat(150_000)]]]) } }],
    ['names of fields', { ['x'.repeat(150_000)]: 1 }],
    ['an error', new Error('x'.repeat(150_000))],
  ])('should weigh %s', (_, value) => {
    const session = createSession({ retain: { bytes: 1_000_000 } });
    for (let n = 0; n < 10; n++) session.delegate(() => [result(value)], { goal: 'answer' });
    expect(session.list()).toHaveLength(3);
  });

  it('should stand a result that cannot be looked at', () => {
    const session = createSession();
    const hostile = { get trap(): unknown { throw new Error('no'); } };
    expect(session.delegate(() => [result(hostile)], { goal: 'answer' }).snapshot().status).toBe('completed');
  });
});

describe('the unheard', () => {
  it('should not be lamented in a session that nobody asks for them', () => {
    const session = createSession({ retain: { unheard: 1 } });
    const warnings: string[] = [];
    session.events.subscribe((event) => { if (event.type === 'warning') warnings.push(event.code); });
    for (let n = 0; n < 5; n++) session.delegate(() => ['done'], { goal: 'end' });
    expect(warnings).toEqual([]);
    session.unheard();
    session.delegate(() => ['done'], { goal: 'end' });
    expect(warnings).toEqual(['unheard_evicted']);
  });

  it('should stand in the report of a close', async () => {
    const session = createSession();
    const [heard, unheard] = [1, 2].map(() => session.delegate(() => ['done'], { goal: 'end' }));
    heard!.events.subscribe();
    const live = session.delegate(() => NEVER, { goal: 'wait' });
    expect(await session.close()).toMatchObject({ ids: [live.id], unheard: [unheard!.id] });
  });
});
