import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { openSession } from '../../../src/core/openSession.js';
import { memoryStore } from '../../../src/stores/memory.js';

describe('an agent that is not there any more', () => {
  it('should leave what ran interrupted, what waited not started, and its messages missed', async () => {
    const store = memoryStore();
    const gone = { agent: () => NEVER, onRestart: 'restart' as const };
    const options = { store, maxRunning: 1, overflow: 'queue' } as const;
    const first = await openSession({ ...options, agents: { gone } });
    const running = first.delegate(gone.agent, { goal: 'run' }, { name: 'gone' });
    const queued = first.delegate(gone.agent, { goal: 'wait' }, { name: 'gone' });
    queued.steer('hurry');
    expect((await first.close()).kept).toEqual([running.id, queued.id]);

    const second = await openSession({ ...options, agents: {} });
    expect(second.get(running.id)!.outcome).toMatchObject({
      type: 'failed', error: { code: 'interrupted', message: expect.stringContaining('there is no agent gone any more.') },
    });
    expect(second.get(queued.id)!.outcome).toMatchObject({
      type: 'failed', error: { code: 'not_started', message: expect.stringContaining('there is no agent gone any more.') },
    });
    expect(second.get(queued.id)!.snapshot().steering).toEqual({ delivered: 0, missed: 1, queued: 0 });
    expect(second.unheard().map(({ id }) => id).sort()).toEqual([running.id, queued.id].sort());
    await second.close();
  });
});
