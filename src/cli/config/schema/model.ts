import * as z from 'zod';
import type { ModelOptions, ModelStepOptions } from '../../../agents/model/modelOptions.js';
import { duration, headers, object, onRestart, strings, variable, whole, words } from './shapes.js';
import { shown } from '../../shown.js';

/** Every option of `model` but those that only code can say: tools are functions, and so is much of what holds for each step. */
const options = {
  model: words,
  /** Other models of the same provider, by the names that a brief may ask for. */
  models: z.record(words, words).optional(),
  description: words,
  system: words.optional(),
  delegation: z.boolean().optional(),
  maxSteps: whole(1).optional(),
  maxRetries: whole(0).optional(),
  maxPause: duration(0).optional(),
  startTimeout: duration(1).optional(),
  /** US dollars for a million tokens. */
  cost: object({ input: z.number().min(0), output: z.number().min(0) }).optional(),
  headers: headers.optional(),
  providerOptions: z.record(z.string(), z.record(z.string(), z.json())).optional(),
  temperature: z.number().min(0).optional(),
  topP: z.number().optional(),
  topK: z.number().optional(),
  seed: z.int().optional(),
  stopSequences: strings.optional(),
  maxOutputTokens: whole(1).optional(),
} satisfies Record<
  Exclude<keyof ModelOptions, 'name' | 'toolsets' | 'onRestart' | 'resultSchema' | keyof ModelStepOptions>, z.ZodType
>;

export const model = object({
  kind: z.literal('model'),
  provider: z.literal('openai-compatible'),
  baseURL: z.url({ error: 'expected a URL, such as https://api.openai.com/v1' }),
  /** The name of the variable, never the key. */
  apiKeyEnv: variable
    .refine((name) => (process.env[name] ?? '') !== '', { error: ({ input }) => `expected the variable ${shown(String(input))} to be set` })
    .optional(),
  ...options,
  onRestart: onRestart.optional(),
});
