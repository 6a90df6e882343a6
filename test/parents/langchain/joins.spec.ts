import { Command, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { describe, expect, it } from '@jest/globals';
import { AIMessage } from 'langchain';
import { inboxHooks, langchainTools } from 'sidestream/langchain';
import { createSession, type Agent } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';

const thread = { configurable: { thread_id: 'one' } };

/** A graph whose node calls the tools, and then asks a person: to go on it is run again from its beginning. */
const stage = () => {
  const session = createSession();
  const goals: string[] = [];
  const agent: Agent = async ({ goal }) => {
    goals.push(goal);
    return `${goal} is done`;
  };
  const tools = langchainTools(createToolset(session, { agents: { worker: { agent, description: 'Works.' } } }));
  let runs = 0;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('work', async (state) => {
      runs += 1;
      const answered = await new ToolNode(tools).invoke(state) as typeof state;
      interrupt('May it go on?');
      return answered;
    })
    .addEdge(START, 'work').addEdge('work', END)
    .compile({ checkpointer: new MemorySaver() });
  const calls = ['delegate_task_async', 'delegate_task'].map((name, n) => ({ name, args: { goal: name }, id: `call_${n}` }));
  return { session, goals, graph, messages: [new AIMessage({ content: '', tool_calls: calls })], runs: () => runs };
};

describe('a node of LangGraph that is run again when its graph is resumed', () => {
  it.each([false, true])('should start nothing twice (beside an inbox: %p)', async (hasInbox) => {
    const { session, goals, graph, messages, runs } = stage();
    if (hasInbox) inboxHooks(createInbox(session));
    await graph.invoke({ messages }, thread);
    const { messages: all } = await graph.invoke(new Command({ resume: true }), thread);
    expect(runs()).toBe(2);
    expect(goals.sort()).toEqual(['delegate_task', 'delegate_task_async']);
    const answers = all.slice(1).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    expect(answers).toMatchObject([{ ok: true, agent: 'worker' }, { ok: true, summary: 'delegate_task is done' }]);
    expect(answers.map(({ task_id }) => task_id).sort()).toEqual(session.tasks().map(({ id }) => id).sort());
    await session.close();
  });
});
