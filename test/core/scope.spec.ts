import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, throwError, timer, type Observable } from 'rxjs';
import { SessionCore } from '../../src/core/internal/session/sessionCore.js';
import { resolveLimits } from '../../src/core/limits.js';
import { createSession, InvalidArgumentError, usage, type Agent, type AgentContext, type ScopeOptions } from '../../src/index.js';
import { caught } from '../support/caught.js';
import { createVirtualTime } from '../support/virtualTime.js';

const idle = (): Observable<never> => NEVER;
const done = (): string[] => ['done'];
const brief = { goal: 'g' };

describe('a scope', () => {
  it('should see what is below it, and nobody else’s', () => {
    const session = createSession();
    const [one, other] = [session.scope({ name: 'one' }), session.scope({ name: 'other' })];
    const task = one.delegate(idle, brief);
    const events: string[] = [];
    other.events.subscribe(({ type }) => events.push(type));
    expect(one.tasks()).toEqual([task]);
    expect(one.get(task.id)).toBe(task);
    expect(other.tasks()).toEqual([]);
    expect(other.get(task.id)).toBeUndefined();
    expect(session.get(task.id)).toBe(task);
    task.cancel();
    expect(events).toEqual([]);
    expect(one.unheard()).toEqual([task]);
    expect(other.unheard()).toEqual([]);
    expect(session.unheard()).toEqual([]);
  });

  it('should be no generation and no task: depth, parent and what stops with what are as without it', () => {
    const session = createSession({ maxDepth: 2 });
    let inner: AgentContext | undefined;
    const parent = (_brief: unknown, _steering: unknown, context: AgentContext): Observable<never> => { inner = context; return NEVER; };
    const task = session.scope().scope({ name: 'a' }).delegate(parent, brief);
    expect(inner!.depth).toBe(1);
    expect(task.parentId).toBeUndefined();
    const scope = inner!.scope({ name: 'fan' });
    const child = scope.delegate(parent, brief);
    expect(child.parentId).toBe(task.id);
    expect(inner!.depth).toBe(2);
    expect(scope.depthLeft).toBe(1);
    expect(caught(() => inner!.delegate(idle, brief))).toMatchObject({ code: 'depth_exceeded' });
    task.cancel();
    expect(child.outcome).toMatchObject({ type: 'cancelled', reason: 'parent_ended' });
    expect(task.endedIds).toEqual([task.id, child.id]);
    expect(caught(() => scope.delegate(idle, brief))).toMatchObject({ code: 'not_running' });
  });

  it('should count its own caps beside the session’s, each generation by itself', () => {
    const session = createSession({ maxRunning: 3 });
    const scope = session.scope({ maxRunning: 2, overflow: 'queue' });
    const tasks = [1, 2, 3].map(() => scope.delegate(idle, brief));
    expect(tasks.map(({ status }) => status)).toEqual(['running', 'running', 'queued']);
    expect(scope.capacity).toEqual({ running: 2, queued: 1, limit: 2 });
    expect(session.capacity).toEqual({ running: 2, queued: 1, limit: 3 });
    session.delegate(idle, brief);
    tasks[0]!.cancel();
    expect(tasks[2]!.status).toBe('running');
    expect(caught(() => session.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 3, limit: 3 });
  });

  it('should refuse at its cap where nothing may wait, and let nobody of another scope suffer', () => {
    const session = createSession();
    const [one, other] = [session.scope({ name: 'one', maxRunning: 1 }), session.scope({ name: 'other', maxRunning: 1 })];
    one.delegate(idle, brief);
    expect(caught(() => one.delegate(idle, brief))).toMatchObject({ code: 'limit_reached', count: 1, limit: 1 });
    expect(other.delegate(idle, brief).status).toBe('running');
  });

  it('should hold up nobody behind it: what waits in one scope is passed by what may run in another', () => {
    const session = createSession({ overflow: 'queue' });
    const full = session.scope({ maxRunning: 1 });
    full.delegate(idle, brief);
    const waiting = full.delegate(idle, brief);
    expect(session.delegate(idle, brief).status).toBe('running');
    expect(waiting.status).toBe('queued');
  });

  it('should be found again by its name while it is open, and not where it has none', () => {
    const session = createSession();
    const scope = session.scope({ name: 'chat' });
    expect(session.scope({ name: 'chat' })).toBe(scope);
    expect(session.scope()).not.toBe(session.scope());
    expect(scope.scope({ name: 'chat' })).not.toBe(scope);
  });

  it('should refuse other options under the name of an open scope, and take the same', () => {
    const session = createSession();
    const scope = session.scope({ name: 'chat', maxRunning: 2 });
    expect(session.scope({ name: 'chat', maxRunning: 2 })).toBe(scope);
    expect(caught(() => session.scope({ name: 'chat', maxRunning: 3 }))).toEqual(
      new InvalidArgumentError('Scope chat is open with other options. Give its name alone, or close it first.'),
    );
  });

  it('should end all in it when it is closed, tell what was unheard, and let it be heard above', async () => {
    const session = createSession();
    const scope = session.scope({ name: 'chat' });
    const ended = scope.delegate(done, brief);
    const running = scope.delegate(idle, brief);
    const outside = session.delegate(idle, brief);
    const completions: string[] = [];
    scope.events.subscribe({ complete: () => completions.push('complete') });
    const report = await scope.close('over');
    expect(report).toEqual({ stopped: true, ids: [running.id], notStopped: [], unheard: [ended.id] });
    expect(running.outcome).toMatchObject({ type: 'cancelled', reason: 'over' });
    expect(outside.status).toBe('running');
    expect(completions).toEqual(['complete']);
    expect(session.unheard()).toEqual([ended]);
    expect(caught(() => scope.delegate(idle, brief))).toMatchObject({
      code: 'session_closed', message: 'The scope is closed. Create a new one to start tasks.',
    });
    expect(await scope.close()).toBe(report);
    expect(session.scope({ name: 'chat' })).not.toBe(scope);
    await session.close();
  });

  it('should be closed with the scope around it, and take what is detached along', async () => {
    const session = createSession();
    const outer = session.scope({ name: 'outer' });
    const inner = outer.scope({ name: 'inner' });
    let detached: { readonly status: string } | undefined;
    const parent = inner.delegate((_brief, _steering, { delegate }) => {
      detached = delegate(idle, brief, { detached: true });
      return NEVER;
    }, brief);
    parent.cancel();
    expect(detached!.status).toBe('running');
    await outer.close();
    expect(detached!.status).toBe('cancelled');
    expect(caught(() => inner.delegate(idle, brief))).toMatchObject({ code: 'session_closed' });
    expect(caught(() => inner.scope())).toMatchObject({ code: 'session_closed' });
  });

  it('should wait for what is still stopping, at most the grace, and say what has not stopped', async () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, cancelGrace: 100 });
    const scope = session.scope();
    const stuck = scope.delegate((_brief, _steering, { holdStop }) => { holdStop(timer(1_000, scheduler)); return NEVER; }, brief);
    session.delegate((_brief, _steering, { holdStop }) => { holdStop(NEVER); return NEVER; }, brief).cancel();
    const closing = scope.close();
    advance(100);
    expect(await closing).toMatchObject({ stopped: false, notStopped: [stuck.id] });
  });

  it('should let a scope be closed in the middle of a delegate: nothing runs in it', () => {
    const session = createSession();
    const scope = session.scope();
    const task = scope.delegate(() => { void scope.close(); return NEVER; }, brief);
    expect(task.status).toBe('cancelled');
    expect(session.capacity.running).toBe(0);
  });

  it('should cancel all in it, and go on', () => {
    const session = createSession();
    const scope = session.scope();
    const task = scope.delegate(idle, brief);
    const outside = session.delegate(idle, brief);
    expect(scope.cancel('enough')).toEqual([task.id]);
    expect(outside.status).toBe('running');
    expect(scope.delegate(idle, brief).status).toBe('running');
  });

  describe('onFailure: cancel', () => {
    const failing = new Subject<never>();
    const fails = (): Observable<never> => failing;

    it('should take all others along with the first that fails, and what is still to come', () => {
      const session = createSession();
      const scope = session.scope({ onFailure: 'cancel', maxRunning: 2, overflow: 'queue' });
      const outside = session.delegate(idle, brief);
      const first = scope.delegate(fails, brief);
      const [running, queued] = [scope.delegate(idle, brief), scope.delegate(idle, brief)];
      failing.error(new Error('broken'));
      const reason = `${first.id} failed`;
      expect(running.outcome).toMatchObject({ type: 'cancelled', reason });
      expect(queued.outcome).toMatchObject({ type: 'cancelled', reason });
      let calls = 0;
      const late = scope.delegate(() => { calls += 1; return NEVER; }, brief);
      expect(late.outcome).toMatchObject({ type: 'cancelled', reason });
      expect(calls).toBe(0);
      expect(outside.status).toBe('running');
    });

    it('should do so where the first fails in its own delegate', () => {
      const scope = createSession().scope({ onFailure: 'cancel' });
      const first = scope.delegate(() => throwError(() => new Error('broken')), brief);
      expect(scope.delegate(idle, brief).outcome).toMatchObject({ reason: `${first.id} failed` });
    });

    it('should leave them alone where one is cancelled, or fails below another', () => {
      const scope = createSession().scope({ onFailure: 'cancel' });
      const other = scope.delegate(idle, brief);
      scope.delegate(idle, brief).cancel();
      scope.delegate((_brief, _steering, { delegate }) => {
        delegate(() => throwError(() => new Error('x')), brief);
        return NEVER;
      }, brief);
      expect(other.status).toBe('running');
    });
  });

  it.each<[string, unknown, string]>([
    ['a blank name', { name: '' }, '`name` to be a string that is not blank'],
    ['half a character', { name: 'a\ud800' }, '`name` to be a string that is not blank, of whole characters'],
    ['a cap of 0', { maxRunning: 0 }, '`maxRunning` to be a whole number from 1'],
    ['a cap of NaN', { maxTotalRunning: NaN }, '`maxTotalRunning` to be a whole number from 1'],
    ['an overflow that is none', { overflow: 'drop' }, '`overflow` to be reject or queue'],
    ['a way of failure that is none', { onFailure: 'stop' }, '`onFailure` to be cancel'],
    ['an unknown option', { max: 1 }, 'Unknown field `max` in the options of scope'],
    ['null', null, '`the options of scope` to be an object'],
  ])('should refuse %s', (_, options, words) => {
    expect(caught(() => createSession().scope(options as ScopeOptions))).toMatchObject({
      code: 'invalid_argument', message: expect.stringContaining(words),
    });
  });

  it('should hand nobody the scope of a task, whatever a scope is called', () => {
    const session = createSession();
    let context: AgentContext | undefined;
    const parent: Agent = (_brief, _steering, own) => { context = own; return NEVER; };
    const { id } = session.delegate(parent, brief);
    const own = context!.scope({ name: 'n' });
    const task = own.delegate(idle, brief);
    for (const name of [id, `@${id}`]) {
      const other = session.scope({ name });
      expect(other.scope({ name: 'n' })).not.toBe(own);
      void other.close();
    }
    expect(task.status).toBe('running');
    expect(context!.scope({ name: 'n' })).toBe(own);
  });

  it('should find no scope without a name by any name', () => {
    const session = createSession();
    const unnamed = session.scope();
    for (const name of ['scope 1', 'scope', '#1', '1']) expect(session.scope({ name })).not.toBe(unnamed);
    expect(session.scope({ maxRunning: 1 }).capacity.limit).toBe(1);
  });

  it('should call it by its name in sentences', () => {
    const scope = createSession().scope({ name: 'chat 1/ü', budget: { tokens: 1 } });
    const task = scope.delegate(() => [usage({ inputTokens: 5, outputTokens: 0 })], brief);
    const message: unknown = expect.stringContaining('The scope chat 1/ü has spent');
    expect(task.outcome).toMatchObject({ error: { code: 'budget_exceeded', message } });
  });

  it('should be forgotten with the task in which it was opened', () => {
    const core = new SessionCore(resolveLimits());
    let open = 0;
    core.delegate(core.root, (_brief, _steering, { scope }) => {
      scope({ name: 'n' });
      open = core.scopes.places.size;
      return ['done'];
    }, brief);
    expect([open, core.scopes.places.size]).toEqual([1, 0]);
  });

  it('should never make a task id that could be taken for a scope’s', () => {
    const session = createSession({ generateId: () => 'scope:a' });
    expect(caught(() => session.delegate(idle, brief))).toMatchObject({ code: 'invalid_argument' });
  });
});

describe('maxTotalRunning', () => {
  it('should let roots wait, and refuse who is below a task, as both might wait for ever', () => {
    const session = createSession({ maxTotalRunning: 2, overflow: 'queue' });
    const contexts: AgentContext[] = [];
    const parent: Agent = (_brief, _steering, context) => { contexts.push(context); return NEVER; };
    const [first] = [session.delegate(parent, brief), session.delegate(parent, brief)];
    const third = session.delegate(parent, brief);
    expect(third.status).toBe('queued');
    expect(caught(() => contexts[0]!.delegate(idle, brief))).toMatchObject({
      code: 'limit_reached', message: expect.stringContaining('2 of 2 tasks are running in all generations'),
    });
    first.cancel();
    expect(third.status).toBe('running');
  });

  it('should give those below a task that wait for something else their seat beforehand', () => {
    const session = createSession({ maxTotalRunning: 3, maxRunning: 2, overflow: 'queue' });
    let context: AgentContext | undefined;
    session.delegate((_brief, _steering, own) => { context = own; return NEVER; }, brief);
    const scope = context!.scope({ maxRunning: 1, overflow: 'queue' });
    const first = scope.delegate(idle, brief);
    const second = scope.delegate(idle, brief);
    expect(second.status).toBe('queued');
    // The last seat is the second's already.
    expect(session.delegate(idle, brief).status).toBe('queued');
    first.cancel();
    expect(second.status).toBe('running');
  });
});
