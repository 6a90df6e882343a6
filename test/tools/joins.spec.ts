import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject } from 'rxjs';
import { z } from 'zod';
import { createSession, type Agent } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { setUp } from './support/setUp.js';

const AGAIN = 'This very call was made before, so nothing was started anew.';

/** An agent whose every run ends when the test says so. */
function stage() {
  const ends: Subject<string>[] = [];
  const agent: Agent = () => {
    const end = new Subject<string>();
    ends.push(end);
    return end;
  };
  const end = (n: number, words: string): void => {
    ends[n - 1]!.next(words);
    ends[n - 1]!.complete();
  };
  return { ...setUp({}, { agents: { worker: { agent, description: 'Works.' } } }), end, runs: () => ends.length };
}
const callId = 'call_1';

describe('a call that is run again', () => {
  it('should answer with the task that it started, while that runs and when it has ended', async () => {
    const { tools, end, runs, session } = stage();
    const first = await call(tools.delegate_task_async, { goal: 'work' }, { callId });
    expect(await call(tools.delegate_task_async, { goal: 'work' }, { callId })).toEqual({
      ...first, message: `${AGAIN} ${String(first['message'])}`,
    });
    end(1, 'done');
    expect(await call(tools.delegate_task_async, { goal: 'work' }, { callId })).toMatchObject({
      task_id: 'worker-1', status: 'completed', summary: 'done', message: expect.stringContaining(AGAIN),
    });
    expect([runs(), session.tasks().length]).toEqual([1, 1]);
  });

  it('should wait for the task that it started, also beside the call that still waits', async () => {
    const { tools, end, runs } = stage();
    const answers = [1, 2].map(() => call(tools.delegate_task, { goal: 'work', timeout: 9 }, { callId }));
    end(1, 'done');
    expect(await Promise.all(answers)).toMatchObject([
      { task_id: 'worker-1', summary: 'done' }, { task_id: 'worker-1', summary: 'done', message: AGAIN },
    ]);
    const late = await call(tools.delegate_task, { goal: 'work', timeout: 9 }, { callId });
    expect(late).toMatchObject({ task_id: 'worker-1', summary: 'done' });
    expect(runs()).toBe(1);
  });

  it('should be another one where its input, its id, its tool or its place is another', async () => {
    const { tools, runs, session } = stage();
    const agent: Agent = () => NEVER;
    const elsewhere = createToolset(createSession(), { agents: { worker: { agent, description: 'Works.' } } });
    const answers = [
      await call(tools.delegate_task_async, { goal: 'one' }, { callId }),
      await call(tools.delegate_task_async, { goal: 'two' }, { callId }),
      await call(tools.delegate_task_async, { goal: 'one', context: 'more' }, { callId }),
      await call(tools.delegate_task_async, { goal: 'one' }, { callId: 'call_2' }),
      await call(tools.delegate_task, { goal: 'one', timeout: 0 }, { callId }),
      await call(tools.delegate_task_async, { goal: 'one' }),
      await call(tools.delegate_task_async, { goal: 'one' }, { callId, joins: false }),
    ];
    expect(await call(elsewhere.delegate_task_async, { goal: 'one' }, { callId })).toMatchObject({ ok: true });
    expect(answers.map(({ task_id }) => task_id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `worker-${n}`));
    expect([runs(), session.tasks().length]).toEqual([7, 7]);
  });

  it('should start anew where another call has told of the end: then the provider uses its ids again', async () => {
    const { tools, end, runs } = stage();
    await call(tools.delegate_task_async, { goal: 'work' }, { callId });
    end(1, 'done');
    await call(tools.collect_task, { task_id: 'worker-1' }, { callId: 'call_2' });
    expect(await call(tools.delegate_task_async, { goal: 'work' }, { callId })).toMatchObject({ task_id: 'worker-2', status: 'running' });
    expect(await call(tools.delegate_task_async, { goal: 'work' }, { callId })).toMatchObject({ task_id: 'worker-2' });
    expect(runs()).toBe(2);
  });

  it('should find its task for as long as no model has read of the end, where that is seen, and then start anew', async () => {
    const { tools, session, end, runs } = stage();
    const inbox = createInbox(session);
    const asked = (): ReturnType<typeof call> => call(tools.delegate_task, { goal: 'work', timeout: 9 }, { callId });
    const turn = inbox.turn();
    const answering = asked();
    end(1, 'done');
    const answer = await answering;
    expect(await asked()).toMatchObject({ task_id: 'worker-1', message: AGAIN });
    const sending = turn.send({ answers: () => [[callId, answer]] });
    expect(await asked()).toMatchObject({ task_id: 'worker-1' });
    sending.answered([]);
    turn.end();
    const anew = asked();
    end(2, 'done again');
    expect(await anew).toMatchObject({ task_id: 'worker-2', summary: 'done again' });
    expect(runs()).toBe(2);
  });

  it('should not be refused for a brief that its schema makes anew each time', async () => {
    const agent: Agent = () => NEVER;
    const briefSchema = z.object({ depth: z.string().transform((text) => () => text) });
    const { tools } = setUp({}, { agents: { worker: { agent, description: 'Works.', briefSchema } } });
    const input = { goal: 'work', depth: '1' };
    await call(tools.delegate_task_async, input, { callId });
    expect(await call(tools.delegate_task_async, input, { callId })).toMatchObject({ ok: true, task_id: 'worker-2' });
  });

  it('should find its task also when the cap is reached, and not where it was aborted beforehand', async () => {
    const { tools } = setUp({ maxRunning: 1 });
    await call(tools.delegate_task_async, { goal: 'wait' }, { callId });
    expect(await call(tools.delegate_task_async, { goal: 'wait' }, { callId: 'call_2' })).toMatchObject({ code: 'limit_reached' });
    expect(await call(tools.delegate_task_async, { goal: 'wait' }, { callId })).toMatchObject({ ok: true, task_id: 'idle-1' });
    const abortSignal = AbortSignal.abort();
    expect(await call(tools.delegate_task_async, { goal: 'wait' }, { callId, abortSignal })).toMatchObject({ code: 'aborted' });
  });
});
