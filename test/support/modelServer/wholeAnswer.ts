import { randomUUID } from 'node:crypto';
import type { Answer } from './script.js';

/** An answer as the body of a response that is not streamed. */
export async function wholeAnswer(answer: Answer, model: string): Promise<unknown> {
  const { say = [], call = [], usage = { input: 10, output: 5 }, finish } = answer;
  let content = '';
  for await (const token of typeof say === 'string' ? [say] : say) content += token;
  const tool_calls = call.map(({ name, input = {} }) => ({
    id: `call_${Math.random().toString(36).slice(2, 10)}`,
    type: 'function',
    function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
  }));
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{
      index: 0,
      message: { role: 'assistant', content, ...(tool_calls.length > 0 ? { tool_calls } : {}) },
      finish_reason: finish ?? (tool_calls.length > 0 ? 'tool_calls' : 'stop'),
    }],
    usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output },
  };
}
