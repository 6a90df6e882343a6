import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { z } from 'zod';
import { line, result } from '../../src/index.js';
import { call } from './support/call.js';
import { createPuppet, idle, setUp } from './support/setUp.js';
import { spySignal } from './support/spySignal.js';

const GOES_ON = 'The task goes on: collect, check, steer or cancel it.';

describe('delegate_task', () => {
  const puppetry = () => {
    const puppet = createPuppet();
    return { ...setUp({}, { agents: { worker: { agent: puppet.agent, description: 'Works.' } } }), ...puppet };
  };

  it('should start the agent, wait, and answer as a collect does', async () => {
    const { tools, output, advance } = puppetry();
    const answer = call(tools.delegate_task, { goal: 'work', context: 'hard' });
    output.next(line('one'));
    advance(2_000);
    output.next(result(['found']));
    output.complete();

    expect(await answer).toEqual({
      ok: true, task_id: 'worker-1', agent: 'worker', status: 'completed', elapsed: 2, timeout: 300, timed_out: false, output: 'one',
      output_lines: 1, dropped_lines: 0, truncated: false, summary: '["found"]',
    });
  });

  it('should answer with what became of it where it failed', async () => {
    const { tools } = setUp({}, { agents: { worker: { agent: () => { throw new Error('no luck'); }, description: 'Fails.' } } });

    expect(await call(tools.delegate_task, { goal: 'work' })).toEqual({
      ok: true, task_id: 'worker-1', agent: 'worker', status: 'failed', error: 'no luck', code: 'agent_error', elapsed: 0, timeout: 300,
      timed_out: false, output: '', output_lines: 0, dropped_lines: 0, truncated: false,
    });
  });

  it('should answer with the reason where it was cancelled', async () => {
    const { tools, session } = puppetry();
    const answer = call(tools.delegate_task, { goal: 'work' });
    session.get('worker-1')?.cancel('enough');

    expect(await answer).toMatchObject({ ok: true, status: 'cancelled', reason: 'enough' });
  });

  it('should let the task go on when the timeout runs out, and answer with its id', async () => {
    const { tools, output, advance } = puppetry();
    const answer = call(tools.delegate_task, { goal: 'work', timeout: 2 });
    advance(2_000);

    expect(await answer).toEqual({
      ok: true, task_id: 'worker-1', agent: 'worker', status: 'running', message: GOES_ON, elapsed: 2, timeout: 2, timed_out: true,
      output: '', output_lines: 0, dropped_lines: 0, truncated: false,
    });
    output.next('done');
    output.complete();
    expect(await call(tools.collect_task, { task_id: 'worker-1' })).toMatchObject({ status: 'completed', summary: 'done' });
  });

  it('should wait 300 s by default and an hour at most', async () => {
    const { tools, advance } = puppetry();
    const answers = [call(tools.delegate_task, { goal: 'a' }), call(tools.delegate_task, { goal: 'b', timeout: 3_600 })];
    advance(300_000);
    expect(await answers[0]).toMatchObject({ timed_out: true, timeout: 300 });
    advance(3_300_000);
    expect(await answers[1]).toMatchObject({ timed_out: true, timeout: 3_600, message: GOES_ON });
  });

  it('of 0 seconds should start and look', async () => {
    const { tools } = puppetry();

    expect(await call(tools.delegate_task, { goal: 'a', timeout: 0 })).toMatchObject({ timed_out: true, timeout: 0, status: 'running' });
  });

  it.each([
    [-1, '-1'], [NaN, 'NaN'], [Infinity, 'Infinity'], ['5', '"5"'], [null, 'null'],
  ])('should start nothing for a timeout of %p', async (timeout, came) => {
    const { tools, session } = puppetry();

    expect(await call(tools.delegate_task, { goal: 'a', timeout })).toEqual({
      ok: false, error: `Expected \`timeout\` to be a number of seconds from 0 to 3600, got ${came}.`, code: 'invalid_argument',
    });
    expect(session.list()).toEqual([]);
  });

  it('should wait for a task that waits for a slot', async () => {
    const { tools, session } = setUp({ maxRunning: 1, overflow: 'queue' }, { agents: { quick: () => ['done'] } });
    session.delegate(idle, { goal: 'be in the way' }, { name: 'idle' });
    const answer = call(tools.delegate_task, { goal: 'work' });
    expect(await call(tools.check_task, { task_id: 'quick-2' })).toMatchObject({ status: 'queued' });
    session.get('idle-1')?.cancel();

    expect(await answer).toMatchObject({ status: 'completed', summary: 'done' });
  });

  it('should answer as still queued when the timeout runs out before there is a slot', async () => {
    const { tools, session } = setUp({ maxRunning: 1, overflow: 'queue' });
    session.delegate(idle, { goal: 'be in the way' });

    expect(await call(tools.delegate_task, { goal: 'work', timeout: 0 })).toMatchObject({ ok: true, status: 'queued', timed_out: true });
  });

  it('should refuse what is over the cap, with the count and the limit', async () => {
    const { tools, session } = setUp({ maxRunning: 1 });
    session.delegate(idle, { goal: 'be in the way' });

    expect(await call(tools.delegate_task, { goal: 'work' })).toMatchObject({ ok: false, code: 'limit_reached', count: 1, limit: 1 });
  });

  it('should give the agent no timeout in its brief, and what its schema adds', async () => {
    const briefs: unknown[] = [];
    const agent = (brief: unknown) => {
      briefs.push(brief);
      return NEVER;
    };
    const briefSchema = z.object({ depth: z.string().transform(Number) });
    const { tools } = setUp({}, { agents: { worker: { agent, description: 'Works.', briefSchema } } });
    await call(tools.delegate_task, { goal: 'work', timeout: 0, depth: '3' });

    expect(briefs).toEqual([{ goal: 'work', depth: 3 }]);
  });

  describe('abort', () => {
    it('beforehand should start nothing', async () => {
      const { tools, session } = puppetry();

      expect(await call(tools.delegate_task, { goal: 'work' }, { abortSignal: AbortSignal.abort() })).toEqual({
        ok: false, error: 'The call was aborted beforehand, so nothing was started.', code: 'aborted',
      });
      expect(session.list()).toEqual([]);
    });

    it('later should end the waiting and let the task go on', async () => {
      const { tools, output } = puppetry();
      const { signal, abort, listeners } = spySignal();
      const answer = call(tools.delegate_task, { goal: 'work' }, { abortSignal: signal });
      abort();

      expect(await answer)
        .toMatchObject({ ok: true, task_id: 'worker-1', status: 'running', timed_out: false, aborted: true, message: GOES_ON });
      expect(listeners()).toBe(0);
      expect(output.observed).toBe(true);
    });

    it('with something that is no signal should start nothing', async () => {
      const { tools, session } = puppetry();

      expect(await call(tools.delegate_task, { goal: 'work' }, { abortSignal: 'now' as never })).toEqual({
        ok: false, error: 'Expected `abortSignal` to be an AbortSignal, got "now".', code: 'invalid_argument',
      });
      expect(session.list()).toEqual([]);
    });
  });

  it('should be refused after close', async () => {
    const { tools, session } = puppetry();
    await session.close();

    expect(await call(tools.delegate_task, { goal: 'late' })).toMatchObject({ ok: false, code: 'session_closed' });
  });
});
