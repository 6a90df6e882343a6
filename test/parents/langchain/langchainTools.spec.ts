import { describe, expect, it } from '@jest/globals';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { AIMessage, type ToolMessage } from 'langchain';
import { langchainTools } from 'sidestream/langchain';
import { createSession, type Agent } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';

const setUp = () => {
  const session = createSession();
  const agent: Agent = ({ goal }) => [goal];
  return { session, toolset: createToolset(session, { agents: { echo: { agent, description: 'Repeats its goal.' } } }) };
};

describe('langchainTools', () => {
  it('should be called by a ToolNode, with what is wrong said by the tool and not by LangChain', async () => {
    const { session, toolset } = setUp();
    const inputs = [{ goal: 'one' }, { goal: 7 }, { goal: 'two', more: 1 }];
    const tool_calls = inputs.map((args, n) => ({ name: 'delegate_task', args, id: `call_${n}` }));
    const node = new ToolNode(langchainTools(toolset));
    const { messages } = await node.invoke({ messages: [new AIMessage({ content: '', tool_calls })] }) as
      { readonly messages: readonly ToolMessage[] };
    expect(messages.map(({ tool_call_id }) => tool_call_id)).toEqual(['call_0', 'call_1', 'call_2']);
    expect(messages.map(({ text }) => JSON.parse(text) as unknown)).toMatchObject([
      { ok: true, summary: 'one' },
      { ok: false, error: 'Expected `goal` to be a string, got 7.' },
      { ok: false, error: 'Unknown field `more`. Leave it out.' },
    ]);
    await session.close();
  });

  it('should show the whole schema, though what is called takes anything', () => {
    const { toolset } = setUp();
    for (const { name, schema } of langchainTools(toolset)) expect({ name, schema }).toMatchObject({ name, schema: { type: 'object' } });
  });

  it('should refuse options that it does not know', () => {
    const { toolset } = setUp();
    expect(() => langchainTools(toolset, { strict: 'yes' } as never)).toThrow('Expected `strict` to be true or false');
  });
});
