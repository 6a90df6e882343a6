import * as z from 'zod';

/** The field of a brief that says where a task works, for a model. */
export const placeField = (roots: readonly string[]): z.ZodType<string | undefined> => z.string().min(1).optional().describe(
  `The directory to work in, in or below ${roots.join(', ')}. Default the agent's own.`,
);

/** The fields of a brief of an agent whose tasks choose where they work. */
export const placeBriefSchema = (roots: readonly string[]): z.ZodObject => z.object({ cwd: placeField(roots) });
