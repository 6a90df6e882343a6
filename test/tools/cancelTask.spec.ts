import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable } from 'rxjs';
import { createSession, type AgentContext } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { turns } from '../support/turns.js';
import { call } from './support/call.js';
import { createPuppet, idle, nest, setUp, toolsetOf } from './support/setUp.js';

/** A promise that ignores the abort until it is told to settle. */
function stubborn() {
  let settle: (value: string) => void = () => undefined;
  return { agent: () => new Promise<string>((resolve) => { settle = resolve; }), settle: () => { settle('late'); } };
}

describe('cancel_task', () => {
  it('should end the task and say that it has stopped', async () => {
    const { tools, start, session } = setUp();
    const { agent, output } = createPuppet();
    start(agent);

    expect(await call(tools.cancel_task, { task_id: 'worker-1', reason: 'no longer needed' })).toEqual({
      ok: true, task_id: 'worker-1', status: 'cancelled', cancelled: true, message: 'The task was cancelled and has stopped.',
      stopped: true, ended_ids: ['worker-1'],
    });
    expect(output.observed).toBe(false);
    expect(session.get('worker-1')?.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'no longer needed' });
  });

  it('should decide the end in the same frame', () => {
    const { tools, start } = setUp();
    const task = start(idle);
    void tools.cancel_task.execute({ task_id: 'worker-1' });

    expect(task.snapshot().status).toBe('cancelled');
  });

  it.each([{}, { reason: '' }, { reason: '  ' }, { reason: undefined }])('should have a reason for want of one: %j', async (given) => {
    const { tools, start } = setUp();
    start(idle);
    await call(tools.cancel_task, { task_id: 'worker-1', ...given });

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ reason: 'cancelled' });
  });

  it('should name the whole subtree, itself first', async () => {
    const { tools, session } = setUp();
    const top = nest(session, 'top');
    nest(session, 'other');
    const child = nest(top.context, 'child');
    nest(child.context, 'grandchild');
    nest(top.context, 'sibling');

    expect(await call(tools.cancel_task, { task_id: top.task.id })).toMatchObject({
      stopped: true, ended_ids: ['top-1', 'child-3', 'grandchild-4', 'sibling-5'],
    });
    expect(await call(tools.check_task, { task_id: 'grandchild-4' })).toMatchObject({ status: 'cancelled', reason: 'parent_ended' });
    expect(await call(tools.check_task, { task_id: 'other-2' })).toMatchObject({ status: 'running' });
  });

  it('should name neither what had ended before nor what was detached', async () => {
    const { tools, session } = setUp();
    const { task, context } = nest(session, 'top');
    context.delegate(() => ['done'], { goal: 'be done' }, { name: 'done' });
    context.delegate(idle, { goal: 'go on' }, { name: 'free', detached: true });
    context.delegate(idle, { goal: 'end' }, { name: 'child' });

    expect(await call(tools.cancel_task, { task_id: task.id })).toMatchObject({ ended_ids: ['top-1', 'child-4'] });
    expect(await call(tools.check_task, { task_id: 'free-3' })).toMatchObject({ status: 'running' });
  });

  it('should end a task that waits for a slot', async () => {
    const { tools, start } = setUp({ maxRunning: 1, overflow: 'queue' });
    start(idle);
    start(idle);

    expect(await call(tools.cancel_task, { task_id: 'worker-2' }))
      .toMatchObject({ cancelled: true, stopped: true, ended_ids: ['worker-2'] });
  });

  it('should wait until the work has really stopped', async () => {
    const { tools, start, advance } = setUp();
    const { agent, settle } = stubborn();
    start(agent);
    let answered = false;
    const answer = call(tools.cancel_task, { task_id: 'worker-1' });
    void answer.then(() => { answered = true; });
    advance(4_000);
    await turns();
    expect(answered).toBe(false);
    settle();

    expect(await answer).toMatchObject({ cancelled: true, stopped: true });
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ status: 'cancelled', output_lines: 0 });
  });

  it('should say after the grace that a child which ignores the abort has not stopped', async () => {
    const { tools, start, advance } = setUp({ cancelGrace: 50 });
    const { agent, settle } = stubborn();
    start(agent);
    const answer = call(tools.cancel_task, { task_id: 'worker-1' });
    advance(50);

    expect(await answer).toEqual({
      ok: true,
      task_id: 'worker-1',
      status: 'cancelled',
      cancelled: true,
      message: 'The task was cancelled, but its work has not stopped yet; its output no longer counts.',
      stopped: false,
      ended_ids: ['worker-1'],
      not_stopped_ids: ['worker-1'],
    });
    settle();
  });

  it('should take real milliseconds for it', async () => {
    const session = createSession({ cancelGrace: 30 });
    const { agent, settle } = stubborn();
    const { id } = session.delegate(agent, { goal: 'ignore' });
    const started = performance.now();

    expect(await call(toolsetOf(session).cancel_task, { task_id: id })).toMatchObject({ stopped: false });
    expect(performance.now() - started).toBeGreaterThanOrEqual(25);
    settle();
    await session.close();
  });

  it('should speak of the whole subtree, also of what had ended but not stopped', async () => {
    const { tools, session, advance } = setUp({ cancelGrace: 50 });
    const { task, context } = nest(session, 'top');
    const { agent, settle } = stubborn();
    context.delegate(agent, { goal: 'ignore' }, { name: 'child' }).cancel();
    const answer = call(tools.cancel_task, { task_id: task.id });
    advance(50);

    expect(await answer).toMatchObject({ stopped: false, ended_ids: ['top-1'], not_stopped_ids: ['child-2'] });
    settle();
  });

  it('should not be stopped by a teardown that throws', async () => {
    const { tools, start } = setUp();
    start(() => new Observable<string>(() => () => { throw new Error('stuck'); }));

    expect(await call(tools.cancel_task, { task_id: 'worker-1' })).toMatchObject({ ok: true, cancelled: true, stopped: true });
  });

  it.each([
    ['beforehand', () => AbortSignal.abort()],
    ['never', () => new AbortController().signal],
  ])('should tell what it ended, also where the call was aborted %s', async (_, signal) => {
    const { tools, session } = setUp();
    const { task, context } = nest(session, 'top');
    nest(context, 'child');

    expect(await call(tools.cancel_task, { task_id: task.id }, { abortSignal: signal() })).toMatchObject({
      cancelled: true, stopped: true, ended_ids: ['top-1', 'child-2'],
    });
  });

  it.each([
    ['completed', () => ['done']], ['failed', () => []],
  ])('should refuse a task that has %s, with its status', async (status, agent) => {
    const { tools, start } = setUp();
    start(agent);

    expect(await call(tools.cancel_task, { task_id: 'worker-1' })).toEqual({
      ok: false,
      task_id: 'worker-1',
      status,
      cancelled: false,
      error: `Task worker-1 has ended already (${status}), so there is nothing to cancel. Go on with what came of it.`,
      code: 'not_running',
    });
  });

  it('should refuse to cancel twice, and keep the first reason', async () => {
    const { tools, start } = setUp();
    start(idle);
    await call(tools.cancel_task, { task_id: 'worker-1', reason: 'first' });

    expect(await call(tools.cancel_task, { task_id: 'worker-1', reason: 'second' }))
      .toMatchObject({ code: 'not_running', status: 'cancelled' });
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ reason: 'first' });
  });

  it('should go by the task after close', async () => {
    const { tools, start, session } = setUp();
    start(idle);
    await session.close();

    expect(await call(tools.cancel_task, { task_id: 'worker-1' })).toMatchObject({ code: 'not_running', status: 'cancelled' });
  });

  it('should be hearing of the end, and of those that ended with it', async () => {
    const { tools, start, session } = setUp();
    start((_: unknown, __: unknown, context: AgentContext) => {
      context.delegate(idle, { goal: 'below' });
      return NEVER;
    });
    const answer = call(tools.cancel_task, { task_id: 'worker-1' });
    const inbox = createInbox(session);

    expect(inbox.waiting).toBe(0);
    expect((await answer)['ended_ids']).toHaveLength(2);
    expect([session.unheard(), inbox.lease()]).toEqual([[], undefined]);
  });

  it('should tell of a stop by the user’s code', () => {
    const { start, session } = setUp();
    start(idle).cancel();

    expect(createInbox(session).lease()?.completions).toMatchObject([{ task_id: 'worker-1', status: 'cancelled' }]);
  });

  it('should let a child end its own children only', async () => {
    const { session } = setUp();
    const { task, context } = nest(session, 'top');
    const child = nest(context, 'child');
    const tools = toolsetOf(context);

    expect(await call(tools.cancel_task, { task_id: task.id })).toMatchObject({ ok: false, code: 'task_not_found' });
    expect(await call(tools.cancel_task, { task_id: child.task.id })).toMatchObject({ cancelled: true });
    expect(task.snapshot().status).toBe('running');
  });

  it('should answer a child that cancels from inside its own run', async () => {
    const { session, tools } = setUp();
    let answer: unknown;
    const agent = (_brief: unknown, _steering: unknown, context: AgentContext) => {
      const { task } = nest(context, 'child');
      void toolsetOf(context).cancel_task.execute({ task_id: task.id }).then((given) => { answer = given; });
      return NEVER;
    };
    session.delegate(agent, { goal: 'cancel' }, { name: 'top' });
    await turns();

    expect(answer).toMatchObject({ cancelled: true, stopped: true, ended_ids: ['child-2'] });
    expect(await call(tools.check_task, { task_id: 'top-1' })).toMatchObject({ status: 'running' });
  });
});
