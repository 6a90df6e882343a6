import { Agent } from '@openai/agents';
import { openaiAgentsTools, withInbox } from 'sidestream/openai-agents';
import { tellsOnce } from '../../support/parents/tellsOnce.js';
import { runnerOf } from './support/runnerOf.js';

tellsOnce('OpenAI Agents', async ({ toolset, inbox, server }) => {
  const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(toolset) });
  await withInbox(inbox, (options) => runnerOf(server).run(agent, 'Do the work.', options));
});

tellsOnce('OpenAI Agents, over Responses, streamed', async ({ toolset, inbox, server }) => {
  const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(toolset) });
  const result = await withInbox(inbox, (options) => runnerOf(server, true).run(agent, 'Do the work.', { ...options, stream: true }));
  await result.completed;
});
