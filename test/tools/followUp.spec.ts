import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Agent } from '../../src/index.js';
import { call } from './support/call.js';
import { idle, setUp } from './support/setUp.js';

/** Ends with all goals of its conversation. */
const talker: Agent = ({ goal }, _steering, context) => {
  const all = [...(context.saved as string[] | undefined) ?? [], goal];
  context.save(all);
  return [all.join(', ')];
};
const able = { agent: talker, description: 'Talks.', followUp: true };

describe('follow_up', () => {
  it('should be offered where an agent can, and go on with that conversation', async () => {
    const { tools } = setUp({}, { agents: { talker: able } });
    const shape = (tools.delegate_task.inputSchema as z.ZodObject).shape;
    expect((shape['follow_up'] as z.ZodType).description).toBe('A task_id that has ended: goes on with that conversation.');
    const { task_id } = await call(tools.delegate_task, { goal: 'one' });
    expect(await call(tools.delegate_task, { goal: 'two', follow_up: task_id }))
      .toMatchObject({ status: 'completed', summary: 'one, two' });
    expect(await call(tools.delegate_task, { goal: 'three', follow_up: '' })).toMatchObject({ summary: 'three' });
    expect(await call(tools.delegate_task, { goal: 'x', follow_up: 'nobody' })).toMatchObject({ ok: false, code: 'task_not_found' });
  });

  it('should say whose it is where another cannot, and be unknown to that', async () => {
    const { tools } = setUp({}, { agents: { talker: able, idle } });
    const shape = (tools.delegate_task_async.inputSchema as z.ZodObject).shape;
    expect((shape['follow_up'] as z.ZodType).description).toMatch(/^For talker: A task_id/);
    expect(await call(tools.delegate_task_async, { agent: 'idle', goal: 'x', follow_up: 'y' }))
      .toMatchObject({ ok: false, error: 'Unknown field `follow_up`. Leave it out.' });
  });

  it('should not be offered where nobody can, and be a name of its own where one can', () => {
    expect((setUp().tools.delegate_task.inputSchema as z.ZodObject).shape).not.toHaveProperty('follow_up');
    const briefSchema = z.object({ follow_up: z.string() });
    expect(() => setUp({}, { agents: { talker: { ...able, briefSchema } } })).toThrow('got `follow_up`');
    expect(() => setUp({}, { agents: { talker: able, other: { agent: idle, description: 'Waits.', briefSchema } } }))
      .toThrow('Expected no agent beside talker to have a field `follow_up`');
  });
});
