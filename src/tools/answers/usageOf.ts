import * as z from 'zod';
import type { TaskSnapshot } from '../../core/task.js';

/** What a task has used, as an answer says it. */
export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd?: number;
  /** Whether a task of it was stopped, so that more may have been used. */
  readonly incomplete?: true;
}

export const usageSchema = z.object({
  input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().optional(), incomplete: z.boolean().optional(),
});

/** What a task and all below it have used; nothing where nothing was said of it. */
export function usageOf({ usage }: TaskSnapshot): Usage | undefined {
  if (usage === undefined) return undefined;
  const { inputTokens, outputTokens, costUsd, incomplete } = usage;
  return {
    input_tokens: inputTokens, output_tokens: outputTokens, ...costUsd === undefined ? {} : { cost_usd: costUsd },
    ...incomplete === undefined ? {} : { incomplete },
  };
}
