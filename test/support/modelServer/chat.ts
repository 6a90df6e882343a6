import type { Protocol } from './protocol.js';
import type { ChatMessage } from './script.js';
import { streamAnswer } from './streamAnswer.js';
import { wholeAnswer } from './wholeAnswer.js';
import { writeJson } from './writeJson.js';

/** Chat-completions. */
export const chat: Protocol = {
  read: (body) => {
    const tools = (body['tools'] ?? []) as readonly { readonly function: { readonly name: string } }[];
    return { messages: body['messages'] as readonly ChatMessage[], tools: tools.map((tool) => tool.function.name) };
  },
  answer: async (response, answer, { model, body }, gone) => {
    if (body['stream'] === true) await streamAnswer(response, answer, model, gone);
    else writeJson(response, 200, await wholeAnswer(answer, model));
  },
};
