import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { createInbox } from '../../../src/inbox/index.js';
import { usage, type AgentOutput } from '../../../src/index.js';
import { call } from '../support/call.js';
import { setUp } from '../support/setUp.js';

function stage() {
  const at = setUp();
  const output = new Subject<AgentOutput | string>();
  at.start(() => output);
  const end = (): void => {
    output.next('done');
    output.complete();
  };
  return { ...at, output, end };
}

describe('whoever hears of an end', () => {
  it.each(['check_task', 'collect_task', 'wait_for_tasks', 'inbox'] as const)('should be told which messages were missed: %s', async (
    how,
  ) => {
    const { session, tools, end } = stage();
    const first = await call(tools.steer_task, { task_id: 'worker-1', message: 'turn left' });
    await call(tools.steer_task, { task_id: 'worker-1', message: `\u001b[31m${'x'.repeat(5_000)}` });
    end();
    const told = how === 'inbox' ? createInbox(session).lease()?.completions[0]
      : how === 'wait_for_tasks' ? (await call(tools.wait_for_tasks, {}))['ended'] as object[]
        : await call(tools[how], { task_id: 'worker-1' });
    const { missed_steering: missed } = (Array.isArray(told) ? told[0] : told) as { missed_steering: { message: string }[] };
    expect(missed).toEqual([
      { steering_id: first['steering_id'], message: 'turn left' },
      { steering_id: 's2', message: expect.stringMatching(/^x{280,}… \[\+4\d+\]$/) },
    ]);
  });

  it('should not hear of messages where none was missed, nor before the end', async () => {
    const { tools, end } = stage();
    expect(await call(tools.collect_task, { task_id: 'worker-1', timeout: 0 })).not.toHaveProperty('missed_steering');
    end();
    expect(await call(tools.collect_task, { task_id: 'worker-1' })).not.toHaveProperty('missed_steering');
  });

  it('should be told what it cost, where that was said', async () => {
    const { tools, output, end } = stage();
    expect(await call(tools.check_task, { task_id: 'worker-1' })).not.toHaveProperty('usage');
    output.next(usage({ inputTokens: 3, outputTokens: 4 }));
    expect(await call(tools.check_task, { task_id: 'worker-1' })).toMatchObject({ usage: { input_tokens: 3, output_tokens: 4 } });
    output.next(usage({ inputTokens: 1, outputTokens: 1, costUsd: 0.5 }));
    end();
    expect(await call(tools.collect_task, { task_id: 'worker-1' }))
      .toMatchObject({ usage: { input_tokens: 4, output_tokens: 5, cost_usd: 0.5 } });
  });
});
