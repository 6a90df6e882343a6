import { HumanMessage } from '@langchain/core/messages';
import { createAgent, createMiddleware } from 'langchain';
import { inboxHooks, langchainTools } from 'sidestream/langchain';
import { createSession } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { modelOf } from './support/modelOf.js';

parentConformance('LangChain: createAgent', {
  dialect: 'plain',
  inputs: 'data',
  run: async ({ tools, server, prompt, signal }) => {
    const agent = createAgent({ model: modelOf(server), tools: langchainTools(tools) });
    return (await agent.invoke({ messages: [new HumanMessage(prompt)] }, { signal, recursionLimit: 100 })).messages.at(-1)?.text ?? '';
  },
});

parentConformance('LangChain: createAgent, strict, with an inbox that has nothing to tell', {
  dialect: 'openai',
  inputs: 'data',
  run: async ({ tools, server, prompt, signal }) => {
    const agent = createAgent({
      model: modelOf(server, true),
      tools: langchainTools(tools, { strict: true }),
      middleware: [createMiddleware(inboxHooks(createInbox(createSession())))],
    });
    return (await agent.invoke({ messages: [new HumanMessage(prompt)] }, { signal, recursionLimit: 100 })).messages.at(-1)?.text ?? '';
  },
});
