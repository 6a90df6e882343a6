import { describe, expect, it } from '@jest/globals';
import { createSession, DeadlineExceededError, line, result } from '../../src/index.js';
import { turns } from '../support/turns.js';
import { call } from './support/call.js';
import { createPuppet, idle, setUp, toolsetOf } from './support/setUp.js';
import { spySignal } from './support/spySignal.js';

const GOES_ON = 'The task goes on: collect, check, steer or cancel it.';

const fresh = {
  ok: true, task_id: 'worker-1', elapsed: 0, timeout: 300, timed_out: false, output: '', output_lines: 0, dropped_lines: 0,
  truncated: false,
};

describe('collect_task', () => {
  it('should wait for the end and answer with the result and the lines', async () => {
    const { tools, start, advance } = setUp();
    const { agent, output } = createPuppet();
    start(agent);
    const answer = call(tools.collect_task, { task_id: 'worker-1' });
    output.next('one');
    advance(1_500);
    output.next('two');
    output.next(result({ found: 2 }));
    output.complete();

    expect(await answer).toEqual({
      ...fresh, status: 'completed', elapsed: 1.5, output: 'one\ntwo', output_lines: 2, summary: '{"found":2}',
    });
  });

  it('should answer at once for a task that has ended, and again', async () => {
    const { tools, start } = setUp();
    start(() => ['done']);
    const expected = { ...fresh, status: 'completed', output: 'done', output_lines: 1, summary: 'done' };

    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toEqual(expected);
    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toEqual(expected);
  });

  it.each([
    ['agent_error', () => { throw new Error('out of luck'); }, 'out of luck'],
    ['agent_error', async () => { throw new DeadlineExceededError('not in time'); }, 'not in time'],
    ['no_result', () => [], 'The agent ended without a result and without a single line. Let it print, return or emit something.'],
  ])('should be ok where the task failed: %s (case %#)', async (code, agent, error) => {
    const { tools, start } = setUp();
    start(agent);

    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toEqual({
      ...fresh, status: 'failed', error, code: error === 'not in time' ? 'deadline_exceeded' : code,
    });
  });

  it('should be ok where the task was cancelled', async () => {
    const { tools, start } = setUp();
    const task = start(idle);
    const answer = call(tools.collect_task, { task_id: 'worker-1' });
    task.cancel('enough');

    expect(await answer).toEqual({ ...fresh, status: 'cancelled', reason: 'enough' });
  });

  it('should wait for a task that waits for a slot', async () => {
    const { tools, start, session } = setUp({ maxRunning: 1, overflow: 'queue' });
    start(idle);
    start(() => ['done']);
    const answer = call(tools.collect_task, { task_id: 'worker-2' });
    session.get('worker-1')?.cancel();

    expect(await answer).toMatchObject({ status: 'completed', summary: 'done' });
  });

  it('should answer to several at once', async () => {
    const { tools, start } = setUp();
    const { agent, output } = createPuppet();
    start(agent);
    const answers = [call(tools.collect_task, { task_id: 'worker-1' }), call(tools.collect_task, { task_id: 'worker-1', timeout: 5 })];
    output.next('done');
    output.complete();

    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 'completed', summary: 'done' });
  });

  describe('timeout', () => {
    it.each([
      ['300 s by default', undefined, 300],
      ['what was asked for', 2.5, 2.5],
      ['an hour at most', 3_600, 3_600],
    ])('should be %s', async (_, asked, seconds) => {
      const { tools, start, advance } = setUp();
      start(idle);
      let answered = false;
      const answer = call(tools.collect_task, { task_id: 'worker-1', ...(asked === undefined ? {} : { timeout: asked }) });
      void answer.then(() => { answered = true; });
      advance(seconds * 1_000 - 1);
      await turns();
      expect(answered).toBe(false);
      advance(1);

      expect(await answer).toEqual({
        ...fresh, status: 'running', message: GOES_ON, elapsed: seconds, timeout: seconds, timed_out: true,
      });
    });

    it.each([
      [3_601, 4], [5_000, 5], [300_000, 300], [86_400_000, 3_600], [1e308, 3_600], [2 ** 53, 3_600],
    ])('of %d should be refused, with the question whether milliseconds were meant', async (timeout, meant) => {
      const { tools, start } = setUp();
      start(idle);

      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout })).toEqual({
        ok: false,
        error: `Expected \`timeout\` to be a number of seconds from 0 to 3600, got ${timeout}. `
          + `Were milliseconds meant? Then send ${meant}.`,
        code: 'invalid_argument',
      });
    });

    it('should be no more than the toolset waits, nor than who calls the tool, and say so', async () => {
      for (const [maxWait, given, waits] of [[45, undefined, 45], [undefined, 30, 30], [45, 30, 30], [30, 45, 30]] as const) {
        const { tools, start, advance } = setUp({}, { maxWait });
        start(idle);
        const shortened = `A call waits at most ${waits} seconds here; call again to wait on. `;
        for (const asked of [undefined, 3_000]) {
          const answer = call(tools.collect_task, { task_id: 'worker-1', timeout: asked }, { maxWait: given });
          advance(waits * 1_000);
          expect(await answer).toMatchObject({ timed_out: true, timeout: waits, message: shortened + GOES_ON });
        }
        expect(await call(tools.collect_task, { task_id: 'worker-1', timeout: 0 }, { maxWait: given })).toMatchObject({ message: GOES_ON });
      }
      const { tools } = setUp();
      expect(await tools.collect_task.execute({ task_id: 'worker-1' }, { maxWait: NaN })).toMatchObject({ code: 'invalid_argument' });
    });

    it('of 0 should look and not wait', async () => {
      const { tools, start } = setUp();
      const { agent, output } = createPuppet();
      start(agent);
      output.next('so far');
      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout: 0 })).toEqual({
        ...fresh, status: 'running', message: GOES_ON, timeout: 0, timed_out: true, output: 'so far', output_lines: 1,
      });

      output.complete();
      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout: 0 })).toEqual({
        ...fresh, status: 'completed', timeout: 0, output: 'so far', output_lines: 1, summary: 'so far',
      });
    });

    it.each([
      [-1, '-1'], [-0.001, '-0.001'], [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'], [JSON.parse('1e400'), 'Infinity'],
      ['5', '"5"'], [null, 'null'], [true, 'true'], [[], 'an array'], [5n, '5n'],
    ])('of %p should be refused', async (timeout, came) => {
      const { tools, start } = setUp();
      start(idle);

      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout })).toEqual({
        ok: false, error: `Expected \`timeout\` to be a number of seconds from 0 to 3600, got ${came}.`, code: 'invalid_argument',
      });
    });

    it('should touch nothing, so that the task can be collected again', async () => {
      const { tools, start, advance, session } = setUp({ retain: { count: 0 } });
      const { agent, output } = createPuppet();
      start(agent);
      for (let n = 0; n < 3; n++) {
        const answer = call(tools.collect_task, { task_id: 'worker-1', timeout: 1 });
        advance(1_000);
        expect(await answer).toMatchObject({ timed_out: true, status: 'running' });
      }
      expect(output.observed).toBe(true);
      output.next('done');
      output.complete();
      expect(session.list()).toHaveLength(1);

      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout: 1 })).toMatchObject({ status: 'completed', summary: 'done' });
    });

    it('should leave no timer behind when the task ends before it', async () => {
      const { tools, start, scheduler } = setUp();
      const { agent, output } = createPuppet();
      start(agent);
      const answer = call(tools.collect_task, { task_id: 'worker-1' });
      expect(scheduler.actions).toHaveLength(1);
      output.error(new Error('no'));
      await answer;

      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });

    it('should be real seconds', async () => {
      const session = createSession();
      session.delegate(idle, { goal: 'wait' }, { name: 'worker' });
      const { collect_task } = toolsetOf(session);
      const started = performance.now();
      const answer = await call(collect_task, { task_id: session.list()[0]!.taskId, timeout: 0.05 });

      const took = performance.now() - started;
      expect(took).toBeGreaterThanOrEqual(45);
      expect(answer).toMatchObject({ timed_out: true, timeout: 0.05, elapsed: expect.any(Number) });
      // In tenths, rounded.
      expect(answer['elapsed']).toBeGreaterThan(0);
      expect(answer['elapsed']).toBeLessThanOrEqual(took / 1_000 + 0.1);
      await session.close();
    });
  });

  describe('abort', () => {
    const aborted = { ...fresh, status: 'running', message: GOES_ON, aborted: true };

    it('should end the waiting at once and let the task go on', async () => {
      const { tools, start } = setUp();
      const { agent, output } = createPuppet();
      start(agent);
      const controller = new AbortController();
      const answer = call(tools.collect_task, { task_id: 'worker-1' }, { abortSignal: controller.signal });
      controller.abort();

      expect(await answer).toEqual(aborted);
      output.next('done');
      output.complete();
      expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed', summary: 'done' });
    });

    it.each([undefined, 0, 5])('should answer at once where it came beforehand (timeout %p)', async (timeout) => {
      const { tools, start } = setUp();
      start(idle);

      expect(await call(tools.collect_task, { task_id: 'worker-1', timeout }, { abortSignal: AbortSignal.abort('why not') }))
        .toEqual({ ...aborted, timeout: timeout ?? 300 });
    });

    it('should not hide an end that is there, and be no hearing of it', async () => {
      const { tools, start } = setUp({ retain: { count: 0 } });
      start(() => ['done']);

      expect(await call(tools.collect_task, { task_id: 'worker-1' }, { abortSignal: AbortSignal.abort() }))
        .toEqual({ ...fresh, status: 'completed', output: 'done', output_lines: 1, summary: 'done' });
      // Nobody was there to read it.
      expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ summary: 'done' });
      expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ code: 'evicted' });
    });

    it.each(['abort', 'end', 'timeout'])('should leave no listener behind after the %s', async (how) => {
      const { tools, start, advance } = setUp();
      const { agent, output } = createPuppet();
      start(agent);
      const { signal, abort, listeners } = spySignal();
      const answer = call(tools.collect_task, { task_id: 'worker-1' }, { abortSignal: signal });
      expect(listeners()).toBe(1);
      if (how === 'abort') abort();
      else if (how === 'end') output.error(new Error('no'));
      else advance(300_000);
      await answer;

      expect(listeners()).toBe(0);
    });

    it('should not be mistaken for a timeout, nor the other way round', async () => {
      const { tools, start, advance } = setUp();
      start(idle);
      const controller = new AbortController();
      const answer = call(tools.collect_task, { task_id: 'worker-1', timeout: 1 }, { abortSignal: controller.signal });
      advance(1_000);

      expect(await answer).toMatchObject({ timed_out: true });
      expect(await answer).not.toHaveProperty('aborted');
    });

    it.each([[null], [undefined]])('should be no matter where the signal is %p', async (abortSignal) => {
      const { tools, start } = setUp();
      start(() => ['done']);

      expect(await call(tools.collect_task, { task_id: 'worker-1' }, { abortSignal: abortSignal as undefined }))
        .toMatchObject({ summary: 'done' });
    });
  });

  describe('output', () => {
    it('should have all lines of the window', async () => {
      const { tools, start } = setUp();
      start(() => Array.from({ length: 250 }, (_, n) => `${n}`));
      const answer = await call(tools.collect_task, { task_id: 'worker-1' });

      expect(String(answer['output']).split('\n')).toEqual(Array.from({ length: 200 }, (_, n) => `${n + 50}`));
      expect(answer).toMatchObject({ output_lines: 200, dropped_lines: 50, truncated: false, summary: '249' });
    });

    it('should say where a line was cut', async () => {
      const { tools, start } = setUp();
      start(() => [line('x'.repeat(501)), result('done')]);

      expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({
        truncated: true, output: expect.stringMatching(/^x+… \[\+\d+\]$/), summary: 'done',
      });
    });

    it('should be capped as a whole', async () => {
      const { tools, start } = setUp();
      start(() => Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(400)}`));
      const answer = await call(tools.collect_task, { task_id: 'worker-1' });

      expect(String(answer['output']).length).toBeLessThanOrEqual(24_000);
      expect(answer['output']).toMatch(/^0 x/);
      expect(answer).toMatchObject({ output_lines: 200, truncated: true });
    });

    it.each([[24_000, false], [24_001, true]])('should have a summary of %d characters cut: %p', async (length, truncated) => {
      const { tools, start } = setUp();
      start(() => [result('x'.repeat(length))]);
      const answer = await call(tools.collect_task, { task_id: 'worker-1' });

      expect(answer).toMatchObject({ truncated });
      expect(/characters left out/.test(String(answer['summary']))).toBe(truncated);
    });
  });

  it('should be hearing of the end, so that the task may be forgotten', async () => {
    const { tools, start } = setUp({ retain: { count: 0 } });
    start(() => ['done']);

    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed' });
    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ ok: false, code: 'evicted' });
  });

  it('should answer to a waiting collect when the session is closed, and go by the task after it', async () => {
    const { tools, start, session } = setUp();
    start(idle);
    const answer = call(tools.collect_task, { task_id: 'worker-1' });
    await session.close();

    expect(await answer).toMatchObject({ ok: true, status: 'cancelled', reason: 'session_closed' });
    expect(await call(tools.collect_task, { task_id: 'worker-1' }))
      .toMatchObject({ ok: true, status: 'cancelled', reason: 'session_closed' });
  });
});
