import { HumanMessage } from '@langchain/core/messages';
import { describe, expect, it } from '@jest/globals';
import { MemorySaver } from '@langchain/langgraph';
import { createAgent, createMiddleware, modelRetryMiddleware, type AgentMiddleware } from 'langchain';
import { inboxHooks, langchainTools } from 'sidestream/langchain';
import { createSession, type Agent } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { endingsIn } from '../../support/parents/endingsIn.js';
import { tellsOnce } from '../../support/parents/tellsOnce.js';
import { modelOf } from './support/modelOf.js';

const work = { messages: [new HumanMessage('Do the work.')] };
const hooks = new WeakMap<object, AgentMiddleware>();

tellsOnce('LangChain', ({ toolset, inbox, server }) => {
  // One for all runs, as it is meant.
  const middleware = hooks.get(inbox) ?? createMiddleware(inboxHooks(inbox));
  hooks.set(inbox, middleware);
  const agent = createAgent({ model: modelOf(server), tools: langchainTools(toolset), middleware: [middleware] });
  return agent.invoke(work, { recursionLimit: 100 });
});

const setUp = async () => {
  const session = createSession();
  const agent: Agent = async ({ goal }) => goal;
  const toolset = createToolset(session, { agents: { echo: { agent, description: 'Repeats its goal.' } } });
  await toolset.delegate_task_async.execute({ goal: 'one' });
  return { session, toolset, inbox: createInbox(session) };
};

describe('inboxHooks', () => {
  it('should have told it once where the call is tried again', async () => {
    const { session, toolset, inbox } = await setUp();
    await using server = await createModelServer({ script: inTurn({ status: 400, message: 'once' }, { say: 'done' }) });
    const again = modelRetryMiddleware({ maxRetries: 1, initialDelayMs: 1, retryOn: () => true });
    const middleware = [again as AgentMiddleware, createMiddleware(inboxHooks(inbox))];
    const agent = createAgent({ model: modelOf(server), tools: langchainTools(toolset), middleware });
    await agent.invoke(work);
    await agent.invoke(work);
    expect(server.visits.map((visit) => endingsIn(visit).length)).toEqual([1, 1, 0]);
    expect(session.unheard()).toEqual([]);
    await session.close();
  });

  it('should have told it once where a run goes on from a checkpoint', async () => {
    const { session, toolset, inbox } = await setUp();
    await using server = await createModelServer({ script: inTurn({ status: 400, message: 'once' }, { say: 'done' }) });
    const agent = createAgent({
      model: modelOf(server),
      tools: langchainTools(toolset),
      middleware: [createMiddleware(inboxHooks(inbox))],
      checkpointer: new MemorySaver(),
    });
    const thread = { configurable: { thread_id: 'one' } };
    await expect(agent.invoke(work, thread)).rejects.toThrow('once');
    await toolset.delegate_task_async.execute({ goal: 'two' });
    await agent.invoke(work, thread);
    await agent.invoke(work, thread);
    expect(server.visits.map((visit) => endingsIn(visit).map(({ goal }) => goal))).toEqual([['one'], ['one', 'two'], ['one', 'two']]);
    expect(session.unheard()).toEqual([]);
    await session.close();
  });
});
