import { appendFileSync } from 'node:fs';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { tool } from 'ai';
import { model, type ModelAgent } from 'sidestream/model';
import { z } from 'zod';

/** Where its model is, and a file in which its tool writes down what it does. */
export interface Worker {
  readonly url: string;
  readonly notes: string;
}

/** A model with one tool, whose second call never ends. */
export const create = ({ url, notes }: Worker): ModelAgent => model({
  model: createOpenAICompatible({ name: 'loopback', baseURL: url, apiKey: 'sk-loopback', includeUsage: true })('loopback'),
  maxRetries: 0,
  onRestart: 'resume',
  toolsets: {
    hands: {
      work: tool({
        description: 'Works.',
        inputSchema: z.object({ n: z.number() }),
        execute: ({ n }) => {
          appendFileSync(notes, `${n}\n`);
          return n === 2 ? new Promise<string>(() => undefined) : `did ${n}`;
        },
      }),
    },
  },
});
