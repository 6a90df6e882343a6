import * as z from 'zod';
import type { TaskSnapshot } from '../../core/task.js';

/** What a task has used, as an answer says it. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd?: number;
}

export const usageSchema = z.object({ input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().optional() });

/** What a task has used; nothing where nothing was said of it. */
export function usageOf({ usage }: TaskSnapshot): Usage | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, costUsd } = usage;
  return { input_tokens: inputTokens, output_tokens: outputTokens, ...costUsd === undefined ? {} : { cost_usd: costUsd } };
}
