import { RunContext } from '@openai/agents';
import { describe, expect, it } from '@jest/globals';
import { aiTools } from 'sidestream/ai-sdk';
import * as anthropic from 'sidestream/anthropic';
import { langchainTools } from 'sidestream/langchain';
import { createMcpServer } from 'sidestream/mcp';
import * as openai from 'sidestream/openai';
import { openaiAgentsTools } from 'sidestream/openai-agents';
import { createSession, type Agent } from '../../src/index.js';
import { createToolset, type Toolset } from '../../src/tools/index.js';
import { connectHttp } from '../support/parents/connectHttp.js';

/** Makes a call as the framework does, and answers with what the tool answered. */
type Calls = (tools: Toolset, id: string, input: object) => Promise<unknown>;

const text = JSON.stringify;
const parsed = (answer: unknown): unknown => JSON.parse(String(answer));

const parents: Readonly<Record<string, Calls>> = {
  'AI SDK': (tools, toolCallId, input) =>
    aiTools(tools)['delegate_task']!.execute!(input, { toolCallId, messages: [] }) as Promise<unknown>,
  'Anthropic, by its tool runner': async (tools, id, input) => {
    const tool = anthropic.anthropicTools(tools).find(({ name }) => name === 'delegate_task')!;
    return parsed(await tool.run(input, { toolUse: { id } }));
  },
  'Anthropic, by hand': async (tools, id, input) => {
    const [answer] = await anthropic.callTools(tools, [{ type: 'tool_use', id, name: 'delegate_task', input }]);
    return parsed(answer!.content);
  },
  'OpenAI, chat': async (tools, id, input) => {
    const [answer] = await openai.callTools(tools, [{ id, type: 'function', function: { name: 'delegate_task', arguments: text(input) } }]);
    return parsed(answer!.content);
  },
  'OpenAI, responses': async (tools, call_id, input) => {
    const call = { type: 'function_call' as const, call_id, name: 'delegate_task', arguments: text(input) };
    const [answer] = await openai.callTools(tools, [call]);
    return parsed((answer as { output: unknown }).output);
  },
  'OpenAI Agents': async (tools, callId, input) => {
    const tool = openaiAgentsTools(tools).find(({ name }) => name === 'delegate_task')!;
    return parsed(await tool.invoke(new RunContext(), text({ context: null, agent: null, timeout: null, ...input }), {
      toolCall: { type: 'function_call', name: 'delegate_task', callId, arguments: '' },
    }));
  },
  'LangChain': async (tools, id, args) => {
    const tool = langchainTools(tools).find(({ name }) => name === 'delegate_task')!;
    const { content } = await tool.invoke({ type: 'tool_call', id, name: 'delegate_task', args }) as { readonly content: string };
    return parsed(content);
  },
};

const stage = () => {
  const agent: Agent = async ({ goal }) => `${goal} is done`;
  const session = createSession();
  return { session, tools: createToolset(session, { agents: { worker: { agent, description: 'Works.' } } }) };
};

describe.each(Object.entries(parents))('a call of %s', (_, call) => {
  it('that is run again should answer with the task that it started', async () => {
    const { session, tools } = stage();
    const first = await call(tools, 'call_1', { goal: 'work' });
    expect(first).toMatchObject({ ok: true, status: 'completed', summary: 'work is done' });
    const { task_id } = first as { readonly task_id: string };
    expect(await call(tools, 'call_1', { goal: 'work' })).toMatchObject({ task_id, summary: 'work is done' });
    expect(session.tasks()).toHaveLength(1);
  });

  it('with another id, or with another input, should start another', async () => {
    const { session, tools } = stage();
    await call(tools, 'call_1', { goal: 'work' });
    await call(tools, 'call_2', { goal: 'work' });
    expect(await call(tools, 'call_1', { goal: 'rest' })).toMatchObject({ summary: 'rest is done' });
    expect(session.tasks()).toHaveLength(3);
  });
});

describe('a call over MCP, which names none', () => {
  it('should start another task each time', async () => {
    const { session, tools } = stage();
    await using connected = await connectHttp(createMcpServer(session, tools));
    const call = { name: 'delegate_task', arguments: { goal: 'work' } };
    for (let n = 0; n < 2; n++) expect((await connected.client.callTool(call)).structuredContent).toMatchObject({ ok: true });
    expect(session.tasks()).toHaveLength(2);
  });
});

describe('a call without an id', () => {
  it('should start another task each time', async () => {
    const { session, tools } = stage();
    for (let n = 0; n < 2; n++) await anthropic.callTools(tools, [{ type: 'tool_use', name: 'delegate_task', input: { goal: 'work' } }]);
    expect(session.tasks()).toHaveLength(2);
  });
});
