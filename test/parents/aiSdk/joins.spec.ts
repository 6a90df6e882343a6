import { describe, expect, it } from '@jest/globals';
import { generateText, stepCountIs, type ModelMessage } from 'ai';
import { createSession, type Agent } from '../../../src/index.js';
import { aiTools } from '../../../src/parents/aiSdk/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { loopback } from '../../agents/model/support/loopback.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import { inTurn } from '../../support/modelServer/inTurn.js';

/** A person has approved the call: the SDK carries it out before the first request. */
const messages: ModelMessage[] = [
  { role: 'user', content: 'Go on.' },
  {
    role: 'assistant',
    content: [
      { type: 'tool-call', toolCallId: 'call_1', toolName: 'delegate_task', input: { goal: 'work' } },
      { type: 'tool-approval-request', approvalId: 'one', toolCallId: 'call_1' },
    ],
  },
  { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'one', approved: true }] },
];

describe('a call of the AI SDK that is carried out before a request that fails', () => {
  it('should start nothing twice when all of it is tried again', async () => {
    const session = createSession();
    const agent: Agent = async ({ goal }) => `${goal} is done`;
    const { delegate_task } = aiTools(createToolset(session, { agents: { worker: { agent, description: 'Works.' } } }));
    await using server = await createModelServer({ script: inTurn({ status: 500, message: 'not now' }, { say: 'thanks' }) });
    const ask = () => generateText({
      model: loopback(server), messages, maxRetries: 0, stopWhen: stepCountIs(5),
      tools: { delegate_task: { ...delegate_task!, needsApproval: true } },
    });
    await expect(ask()).rejects.toThrow('not now');
    expect((await ask()).text).toBe('thanks');
    const ids = session.tasks().map(({ id }) => id);
    expect(ids).toHaveLength(1);
    for (const visit of server.visits) {
      expect(visit.messages.at(-1)).toMatchObject({ role: 'tool', tool_call_id: 'call_1', content: expect.stringContaining(ids[0]!) });
    }
    await session.close();
  });
});
