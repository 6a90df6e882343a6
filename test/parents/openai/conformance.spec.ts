import { parentConformance } from '../../support/parentConformance.js';
import { chatLoop, responsesLoop } from './support/loops.js';

parentConformance('OpenAI, chat-completions', { dialect: 'openai', inputs: 'text', run: chatLoop });
parentConformance('OpenAI, Responses API', { dialect: 'openai', inputs: 'text', run: responsesLoop });

// The client's own helper for streams reads the arguments of strict tools, and throws where they are no JSON: they never come to us.
parentConformance('OpenAI, chat-completions streamed', {
  dialect: 'openai', inputs: 'data', run: (run) => chatLoop({ ...run, streamed: true }),
});
parentConformance('OpenAI, Responses API streamed', {
  dialect: 'openai', inputs: 'data', run: (run) => responsesLoop({ ...run, streamed: true }),
});
parentConformance('OpenAI, chat-completions streamed, not strict', {
  dialect: 'plain', inputs: 'text', run: (run) => chatLoop({ ...run, streamed: true, strict: false }),
});
parentConformance('OpenAI, Responses API streamed, not strict', {
  dialect: 'plain', inputs: 'text', run: (run) => responsesLoop({ ...run, streamed: true, strict: false }),
});
