import * as z from 'zod';

/** The schema of a tool's answers: these fields where it is ok, and what a refusal has. Made once, and not for each toolset. */
export const answerOf = (shape: z.ZodRawShape): z.ZodType => z.object({
  ok: z.boolean(), error: z.string().optional(), code: z.string().optional(), ...z.object(shape).partial().shape,
});
