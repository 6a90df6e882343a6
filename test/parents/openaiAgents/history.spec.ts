import { describe, expect, it } from '@jest/globals';
import { Agent, MemorySession, type AgentInputItem } from '@openai/agents';
import { openaiAgentsTools, withInbox } from 'sidestream/openai-agents';
import { createSession } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { Turn } from '../../support/modelServer/script.js';
import { endingsIn } from '../../support/parents/endingsIn.js';
import { tellings } from '../../support/parents/tellings.js';
import { runnerOf } from './support/runnerOf.js';

const setUp = (...turns: readonly [Turn, ...Turn[]]) => {
  const session = createSession();
  const toolset = createToolset(session, { agents: { worker: () => ['done'] } });
  session.delegate(({ goal }) => [goal], { goal: 'one' });
  const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(toolset) });
  return { session, agent, inbox: createInbox(session), script: inTurn(...turns) };
};

const toldIn = (visits: readonly Parameters<typeof endingsIn>[0][]): readonly string[] =>
  visits.map((visit) => endingsIn(visit).map(({ goal }) => goal).join(' '));

describe('what a run of OpenAI Agents was told', () => {
  it('should not be told again by wait_for_tasks in the same run', async () => {
    const { agent, inbox, script, session } = setUp({ call: [{ name: 'wait_for_tasks', input: { timeout: 1 } }] }, { say: 'done' });
    await using server = await createModelServer({ script });
    await withInbox(inbox, (options) => runnerOf(server).run(agent, 'Go on.', options));
    expect(tellings(server.visits[1]!)[0]!.answer.ended).toEqual([]);
    expect(session.unheard()).toEqual([]);
  });

  it.each([false, true])('should stand in the history of the result (streamed: %p)', async (stream) => {
    const { agent, inbox, script } = setUp({ say: 'I see' });
    await using server = await createModelServer({ script });
    const run = async (input: AgentInputItem[]) => {
      if (!stream) return (await withInbox(inbox, (options) => runnerOf(server).run(agent, input, options))).history;
      const result = await withInbox(inbox, (options) => runnerOf(server).run(agent, input, { ...options, stream: true }));
      await result.completed;
      return result.history;
    };
    const history = await run([{ role: 'user', content: 'Go on.' }]);
    await run([...history, { role: 'user', content: 'And now?' }]);
    expect(toldIn(server.visits)).toEqual(['one', 'one']);
    expect(server.visits[1]!.messages.map(({ role }) => role)).toEqual(['user', 'user', 'assistant', 'user']);
  });

  it('should stand in a session, once', async () => {
    const { agent, inbox, script } = setUp({ call: [{ name: 'list_tasks', input: {} }] }, { say: 'I see' });
    await using server = await createModelServer({ script });
    const session = new MemorySession();
    for (const prompt of ['Go on.', 'And now?']) {
      await withInbox(inbox, (options) => runnerOf(server).run(agent, prompt, { ...options, session }));
    }
    expect(toldIn(server.visits)).toEqual(['one', 'one', 'one']);
  });

  it('should count as heard where the run fails after its model has answered', async () => {
    const { agent, inbox, script, session } = setUp({ call: [{ name: 'list_tasks', input: {} }] });
    await using server = await createModelServer({ script });
    await expect(withInbox(inbox, (options) => runnerOf(server).run(agent, 'Go on.', { ...options, maxTurns: 1 }))).rejects.toThrow();
    expect(session.unheard()).toEqual([]);
  });
});
