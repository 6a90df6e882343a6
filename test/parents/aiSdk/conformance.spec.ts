import { generateText, stepCountIs, streamText } from 'ai';
import { aiTools } from '../../../src/parents/aiSdk/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { loopback } from '../../agents/model/support/loopback.js';

const settings = { maxRetries: 0, stopWhen: stepCountIs(20) };

parentConformance('the AI SDK, generateText', {
  dialect: 'plain',
  inputs: 'text',
  run: async ({ tools, server, prompt, signal }) => {
    const { text } = await generateText({ ...settings, model: loopback(server), prompt, tools: aiTools(tools), abortSignal: signal });
    return text;
  },
});

parentConformance('the AI SDK, streamText in strict mode', {
  dialect: 'openai',
  inputs: 'text',
  run: ({ tools, server, prompt, signal }) => Promise.resolve(streamText({
    ...settings, model: loopback(server), prompt, tools: aiTools(tools, { strict: true }), abortSignal: signal, onError: () => undefined,
  }).text),
});
