import { z } from 'zod';
import { DELEGATION } from './grantToolsets.js';
import type { ModelSettings } from './readModelOptions.js';

/** What a brief may ask for beyond its goal: no more than the developer allowed. Without a choice there is no field. */
export function briefSchemaOf({ toolsets, delegation, models, maxSteps }: ModelSettings, held: readonly string[]): z.ZodObject {
  const known = [...Object.keys(toolsets), ...(delegation ? [DELEGATION] : [])];
  const names = Object.keys(models);
  const most = maxSteps === Infinity ? z.int().min(1) : z.int().min(1).max(maxSteps);
  return z.object({
    ...(known.length === 0 ? {} : {
      toolsets: z.array(z.enum(known)).min(1).optional()
        .describe(`The tools it may use. It is given those of them that you have: ${held.join(', ')}. Default all of these.`),
    }),
    ...(names.length === 0 ? {} : { model: z.enum(names).optional().describe('Another model than the usual one.') }),
    max_iterations: most.optional().describe(`The most steps it may take. Default ${maxSteps === Infinity ? 'no limit' : maxSteps}.`),
  });
}
