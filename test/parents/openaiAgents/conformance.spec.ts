import { Agent } from '@openai/agents';
import { openaiAgentsTools, withInbox } from 'sidestream/openai-agents';
import { createSession } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { runnerOf } from './support/runnerOf.js';

parentConformance('OpenAI Agents: over chat-completions', {
  dialect: 'openai',
  inputs: 'text',
  run: async ({ tools, server, prompt, signal }) => {
    const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(tools) });
    return (await runnerOf(server).run(agent, prompt, { signal })).finalOutput ?? '';
  },
});

parentConformance('OpenAI Agents: over Responses, streamed, with an inbox that has nothing to tell', {
  dialect: 'openai',
  inputs: 'text',
  run: async ({ tools, server, prompt, signal }) => {
    const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(tools) });
    const result = await withInbox(
      createInbox(createSession()), (options) => runnerOf(server, true).run(agent, prompt, { ...options, signal, stream: true }),
    );
    await result.completed;
    return signal.aborted ? '' : result.finalOutput ?? '';
  },
});
