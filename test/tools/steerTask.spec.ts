import { describe, expect, it } from '@jest/globals';
import { NEVER, type Observable } from 'rxjs';
import type { AnyAgent } from '../../src/tools/index.js';
import { watch } from '../support/watch.js';
import { call } from './support/call.js';
import { createPuppet, idle, nest, setUp, toolsetOf } from './support/setUp.js';

describe('steer_task', () => {
  it('should say that a listening agent has the message', async () => {
    const { tools, start } = setUp();
    const received: string[] = [];
    start((_brief: unknown, steering: Observable<string>) => {
      steering.subscribe((message) => received.push(message));
      return NEVER;
    });

    expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'left' })).toEqual({
      ok: true, task_id: 'worker-1', message: 'The agent has the message.', steering_id: 's1', state: 'delivered',
    });
    expect(received).toEqual(['left']);
  });

  it('should say that a message waits, and hand it over at the next step', async () => {
    const { tools, start } = setUp();
    const puppet = createPuppet();
    start(puppet.agent);

    expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'left' })).toEqual({
      ok: true,
      task_id: 'worker-1',
      message: 'The message waits; the agent has not taken it yet. If it never does, that is told with its end.',
      steering_id: 's1',
      state: 'queued',
    });
    expect(puppet.context.takeSteering()).toEqual(['left']);
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ steering: { queued: 0, delivered: 1, missed: 0 } });
  });

  it('should take messages for a task that waits for a slot', async () => {
    const { tools, start } = setUp({ maxRunning: 1, overflow: 'queue' });
    start(idle);
    start(idle);

    expect(await call(tools.steer_task, { task_id: 'worker-2', message: 'left' })).toMatchObject({ ok: true, state: 'queued' });
  });

  it('should send each message anew, also the same words', async () => {
    const { tools, start } = setUp();
    const puppet = createPuppet();
    start(puppet.agent);
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await call(tools.steer_task, { task_id: 'worker-1', message: 'on' }))['steering_id']);

    expect(new Set(ids).size).toBe(3);
    expect(puppet.context.takeSteering()).toEqual(['on', 'on', 'on']);
  });

  it('should hand the message over as it is', async () => {
    const { tools, start } = setUp();
    const puppet = createPuppet();
    start(puppet.agent);
    const message = ' \u001b[31m two\nlines \u202e ';
    await call(tools.steer_task, { task_id: 'worker-1', message });

    expect(puppet.context.takeSteering()).toEqual([message]);
  });

  it('should say so where the task ends over the message', async () => {
    const { tools, start, session } = setUp();
    const task = start(createPuppet().agent);
    session.events.subscribe(({ type }) => {
      if (type === 'steered') task.cancel();
    });

    expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'left' })).toEqual({
      ok: true, task_id: 'worker-1', message: 'The task ended before the agent took the message.', steering_id: 's1', state: 'missed',
    });
  });

  describe('refuses', () => {
    it.each(['', ' ', '\n\t', '\u3000'])('a blank message: %j', async (message) => {
      const { tools, start } = setUp();
      start(idle);

      expect(await call(tools.steer_task, { task_id: 'worker-1', message })).toEqual({
        ok: false,
        error: `Expected \`message\` to be a string that is not blank, got ${JSON.stringify(message)}.`,
        code: 'invalid_argument',
      });
    });

    it('a message that is too long', async () => {
      const { tools, start } = setUp();
      start(idle);

      expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'x'.repeat(1_000_000) })).toEqual({
        ok: false,
        task_id: 'worker-1',
        status: 'running',
        error: 'Expected the message to be a string of 1 to 16384 characters that is not blank, got a string of 1000000 characters.',
        code: 'invalid_argument',
      });
      expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ steering: { queued: 0, delivered: 0, missed: 0 } });
    });

    it.each<[string, AnyAgent]>([
      ['completed', () => ['done']], ['failed', () => []],
    ])('a task that has %s', async (status, agent) => {
      const { tools, start } = setUp();
      start(agent);

      expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'left' })).toEqual({
        ok: false, task_id: 'worker-1', status, error: 'Task worker-1 has ended, so it can no longer be steered.', code: 'not_running',
      });
    });

    it('a cancelled task, also after close', async () => {
      const { tools, start, session } = setUp();
      start(idle);
      await session.close();

      expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'left' }))
        .toMatchObject({ code: 'not_running', status: 'cancelled' });
    });

    it('what the mailbox cannot hold', async () => {
      const { tools, start } = setUp({ mailboxSize: 2 });
      const puppet = createPuppet();
      start(puppet.agent);
      for (const message of ['one', 'two']) await call(tools.steer_task, { task_id: 'worker-1', message });

      expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'three' })).toEqual({
        ok: false,
        task_id: 'worker-1',
        status: 'running',
        error: '2 messages are waiting for task worker-1. Let it take them before you send another.',
        code: 'mailbox_full',
      });
      expect(puppet.context.takeSteering()).toEqual(['one', 'two']);
      expect(await call(tools.steer_task, { task_id: 'worker-1', message: 'three' })).toMatchObject({ ok: true });
    });

    it('an agent that does not listen', async () => {
      const { tools, session } = setUp({}, { agents: { deaf: { agent: idle, description: 'Is deaf.', steerable: false } } });
      const events = watch(session.events);
      await call(tools.delegate_task_async, { goal: 'wait' });
      events.length = 0;

      expect(await call(tools.steer_task, { task_id: 'deaf-1', message: 'left' })).toEqual({
        ok: false,
        task_id: 'deaf-1',
        status: 'running',
        error: 'Task deaf-1 runs an agent that does not listen to steering. Cancel it and start it anew with a better goal.',
        code: 'not_steerable',
      });
      expect(events).toEqual([]);
    });

    it('an agent that does not listen, from every scope that sees it', async () => {
      const { tools, session } = setUp();
      const { context } = nest(session);
      const below = toolsetOf(context, { agent: idle, description: 'Is deaf.', steerable: false });
      const { task_id } = await call(below.delegate_task_async, { goal: 'wait' });

      for (const { steer_task } of [below, tools]) {
        expect(await call(steer_task, { task_id, message: 'left' })).toMatchObject({ ok: false, code: 'not_steerable' });
      }
    });

    it('an agent that does not listen and has ended, because it has ended', async () => {
      const { tools } = setUp({}, { agents: { deaf: { agent: () => ['done'], description: 'Is deaf.', steerable: false } } });
      await call(tools.delegate_task_async, { goal: 'hurry' });

      expect(await call(tools.steer_task, { task_id: 'deaf-1', message: 'left' }))
        .toMatchObject({ code: 'not_running', status: 'completed' });
    });
  });
});
