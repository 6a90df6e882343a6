import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { z } from 'zod';
import { openSession } from '../../../src/core/openSession.js';
import { collect } from '../../../src/index.js';
import { model, type ModelOptions } from '../../../src/agents/model/index.js';
import { rejection } from '../../support/caught.js';
import { crashingStore } from '../../support/durable/crashes.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import type { Script } from '../../support/modelServer/script.js';
import { loopback } from './support/loopback.js';

const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
const resultSchema = z.object({ n: z.number() });

/** What a task comes to in each life that begins where an earlier one may have ended. */
async function endings(script: Script, options: Partial<ModelOptions>): Promise<readonly unknown[]> {
  await using server = await createModelServer({ script });
  const worker = model({ model: loopback(server), maxRetries: 0, onRestart: 'resume', ...options });
  const store = crashingStore(() => undefined);
  const first = await openSession({ store, agents: { worker } });
  const { id } = first.delegate(worker, { goal: 'answer' }, { name: 'worker' });
  await rejection(collect(first.get(id)!)).catch(() => undefined);
  await first.kept();
  const told: unknown[] = [first.get(id)!.outcome];
  const from = store.facts.findIndex(({ type }) => type === 'saved') + 1;
  const to = store.facts.findIndex(({ type }) => type === 'ended');
  expect(to - from).toBeGreaterThan(1);
  for (let cut = from; cut <= to; cut += 1) {
    const again = await openSession({ store: store.after(cut), agents: { worker } });
    await collect(again.get(id)!).catch(() => undefined);
    told.push(again.get(id)!.outcome);
    await again.close();
  }
  await first.close();
  return told;
}

describe('the last turn of a model, whenever its process ends', () => {
  it('should end the task as failed, with what it came to', async () => {
    const script: Script = ({ body }) => body['tool_choice'] === 'none' ? { say: 'Half.' } : { say: 'hm', call: [{ name: 'look' }] };
    for (const outcome of await endings(script, { toolsets: { eyes: { look } }, maxSteps: 2 })) {
      expect(outcome).toMatchObject({
        type: 'failed', error: { name: 'ModelError', message: expect.stringContaining('after 2 steps') }, partial: 'Half.',
      });
    }
  });

  it('should be known of a stop by length, with the words there are', async () => {
    const script: Script = ({ messages }) => messages.length > 1 ? { say: 'Short.' } : { say: 'Long', finish: 'length' };
    for (const outcome of await endings(script, {})) {
      expect(outcome).toMatchObject({ type: 'failed', error: { name: 'ModelError' }, partial: expect.stringMatching(/^(Short\.|Long)$/) });
    }
  });

  it('should correct a result once', async () => {
    const script: Script = ({ messages }) => ({ say: messages.length > 1 ? '{"n": 1}' : 'one' });
    for (const outcome of await endings(script, { resultSchema })) expect(outcome).toMatchObject({ type: 'completed', result: { n: 1 } });
  });
});
