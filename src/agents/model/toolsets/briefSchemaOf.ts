import * as z from 'zod';
import { describeValue } from '../../../core/describeValue.js';
import { DELEGATION } from './grantToolsets.js';
import type { ModelSettings } from '../readModelOptions.js';

/** What a brief may ask for beyond its goal: no more than the developer allowed. Without a choice there is no field. */
export function briefSchemaOf({ toolsets, delegation, models, maxSteps }: ModelSettings, held: readonly string[]): z.ZodObject {
  const known = [...Object.keys(toolsets), ...(delegation ? [DELEGATION] : [])];
  const names = Object.keys(models);
  // The schema's own words for Infinity would be that it is no number.
  const steps = z.int({
    error: ({ code, input }) =>
      code === 'invalid_type' ? `Expected \`max_iterations\` to be a whole number, got ${describeValue(input)}.` : undefined,
  }).min(1);
  const most = maxSteps === Infinity ? steps : steps.max(maxSteps);
  // A parent that was not given all itself can give no more on.
  const given = held.length === known.length
    ? 'Default all of them.'
    : `Only these can be given here: ${held.join(', ')}. Default all of these.`;
  return z.object({
    ...(known.length === 0 ? {} : {
      toolsets: z.array(z.enum(known)).min(1).optional()
        .describe(`The tools it may use. ${given}`),
    }),
    ...(names.length === 0 ? {} : { model: z.enum(names).optional().describe('Another model than the usual one.') }),
    max_iterations: most.optional().describe(`The most steps it may take. Default ${maxSteps === Infinity ? 'no limit' : maxSteps}.`),
  });
}
