import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { line, NotStartedError, result } from '../../src/index.js';
import { watch } from '../support/watch.js';
import { call } from './support/call.js';
import { createPuppet, idle, setUp } from './support/setUp.js';

const thrower = (thrown: unknown) => (): never => { throw thrown; };

const fresh = {
  ok: true, elapsed: 0, output_preview: '', output_lines: 0, dropped_lines: 0, cut_lines: 0, seconds_since_activity: 0,
  steering: { queued: 0, delivered: 0, missed: 0 },
};

describe('check_task', () => {
  it('should look at a task that runs', async () => {
    const { tools, start, advance } = setUp();
    const { agent, output } = createPuppet();
    start(agent);
    advance(1_000);
    output.next('one');
    output.next('two');
    advance(2_340);

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toEqual({
      ...fresh, task_id: 'worker-1', agent: 'worker', status: 'running', elapsed: 3.3, output_preview: 'one\ntwo', output_lines: 2,
      seconds_since_activity: 2.3,
    });
  });

  it('should look at a task that waits for a slot', async () => {
    const { tools, start, advance } = setUp({ maxRunning: 1, overflow: 'queue' });
    start(idle);
    start(idle);
    advance(2_000);

    expect(await call(tools.check_task, { task_id: 'worker-2' })).toEqual({
      ...fresh, task_id: 'worker-2', agent: 'worker', status: 'queued', elapsed: 2, seconds_since_activity: 2,
    });
  });

  it('should tell the result of a completed task, and when it ended', async () => {
    const { tools, start, advance } = setUp();
    const { agent, output } = createPuppet();
    start(agent);
    advance(1_000);
    output.next('one');
    output.next(result({ found: 1 }));
    advance(500);
    output.complete();
    advance(60_000);

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toEqual({
      ...fresh, task_id: 'worker-1', agent: 'worker', status: 'completed', elapsed: 1.5, output_preview: 'one', output_lines: 1,
      seconds_since_activity: 0.5, summary: '{"found":1}',
    });
  });

  it.each([
    ['agent_error', thrower(new Error('out of luck')), 'out of luck'],
    ['agent_error', thrower('just words'), 'just words'],
    ['agent_error', thrower({ get message() { throw new Error('no'); } }), 'something was thrown that cannot be read'],
    ['no_result', () => [], 'The agent ended without a result and without a single line. Let it print, return or emit something.'],
    ['not_started', thrower(new NotStartedError('No such program.')), 'No such program.'],
  ])('should tell why a task failed: %s (case %#)', async (code, agent, error) => {
    const { tools, start } = setUp();
    start(agent);

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toEqual({
      ...fresh, task_id: 'worker-1', agent: 'worker', status: 'failed', error, code,
    });
  });

  it.each([
    ['deadline_exceeded', { deadline: 2_000 }, 2],
    ['stalled', { idleTimeout: 2_000 }, 2],
  ])('should tell why a task failed: %s', async (code, options, elapsed) => {
    const { tools, start, advance } = setUp();
    start(idle, 'worker', options);
    advance(5_000);
    const answer = await call(tools.check_task, { task_id: 'worker-1' });

    expect(answer).toMatchObject({ ok: true, status: 'failed', code, elapsed: expect.closeTo(elapsed, 0) });
    expect(answer.error).toMatch(/\w{3}/);
    expect(answer).not.toHaveProperty('summary');
  });

  it('should tell the reason of a cancelled task', async () => {
    const { tools, start } = setUp();
    start(idle).cancel('no longer needed');
    start(idle).cancel();

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toEqual({
      ...fresh, task_id: 'worker-1', agent: 'worker', status: 'cancelled', reason: 'no longer needed',
    });
    expect(await call(tools.check_task, { task_id: 'worker-2' })).toMatchObject({ reason: 'cancelled' });
  });

  it('should show the last 10 lines, and count those in the window, those that left it and those that were cut', async () => {
    const { tools, start } = setUp();
    const { agent, output } = createPuppet();
    start(agent);
    for (let n = 1; n <= 250; n++) output.next(n > 240 && n % 2 === 0 ? `${n} ${'x'.repeat(1_000)}` : `${n}`);
    const answer = await call(tools.check_task, { task_id: 'worker-1' });
    const shown = String(answer['output_preview']).split('\n');

    expect(answer).toMatchObject({ output_lines: 200, dropped_lines: 50, cut_lines: 5 });
    expect(shown).toHaveLength(10);
    expect(shown[0]).toBe('241');
    expect(shown[1]).toMatch(/^242 x+… \[\+\d+\]$/);
    expect(shown[1]!.length).toBeLessThanOrEqual(500);
  });

  it('should cap a preview of endless lines and say so', async () => {
    const { tools, start } = setUp({ lineLength: Infinity });
    const { agent, output } = createPuppet();
    start(agent);
    output.next('x'.repeat(1_000_000));
    const answer = await call(tools.check_task, { task_id: 'worker-1' });

    expect(String(answer['output_preview']).length).toBeLessThanOrEqual(24_000);
    expect(answer).toMatchObject({ truncated: true, cut_lines: 0 });
  });

  it('should say that a summary was cut', async () => {
    const { tools, start } = setUp();
    start(() => [result('x'.repeat(30_000))]);

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed', truncated: true });
  });

  it('should count steering messages by what became of them', async () => {
    const { tools, start } = setUp();
    const puppet = createPuppet();
    const task = start(puppet.agent);
    task.steer('one');
    puppet.context.takeSteering();
    task.steer('two');
    task.steer('three');

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ steering: { queued: 2, delivered: 1, missed: 0 } });
    task.cancel();
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ steering: { queued: 0, delivered: 1, missed: 2 } });
  });

  it('should be hearing of an end, so that the task may be forgotten', async () => {
    const { tools, start } = setUp({ retain: { count: 0 } });
    start(() => [line('done')]);

    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed', summary: 'done' });
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toEqual({
      ok: false, error: 'Task worker-1 ended and was forgotten to make room. Collect tasks sooner, or start it again.', code: 'evicted',
    });
  });

  it('should not count a look at a running task as hearing of its end', async () => {
    const { tools, start } = setUp({ retain: { count: 0 } });
    const { agent, output } = createPuppet();
    start(agent);
    await call(tools.check_task, { task_id: 'worker-1' });
    output.next('done');
    output.complete();

    expect(await call(tools.list_tasks)).toMatchObject({ total: 1 });
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed' });
  });

  it('should change nothing for the task', async () => {
    const { tools, start, session } = setUp();
    const events = watch(session.events);
    start(() => NEVER);
    const before = [...events];
    for (let n = 0; n < 3; n++) await call(tools.check_task, { task_id: 'worker-1' });

    expect(events).toEqual(before);
  });

  it('should go by the task after close', async () => {
    const { tools, start, session } = setUp();
    start(idle);
    await session.close();

    expect(await call(tools.check_task, { task_id: 'worker-1' }))
      .toMatchObject({ ok: true, status: 'cancelled', reason: 'session_closed' });
  });
});
