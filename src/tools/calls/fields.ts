import { z } from 'zod';
import { describeValue } from '../../core/describeValue.js';

const notBlank = (name: string) => ({ input }: { readonly input?: unknown }): string =>
  `Expected \`${name}\` to be a string that is not blank, got ${describeValue(input)}.`;

const seconds = ({ input }: { readonly input?: unknown }): string =>
  `Expected \`timeout\` to be a number of seconds from 0, got ${describeValue(input)}.`;

/** The fields that several tools take, or answer with. */
export const fields = {
  goal: z.string()
    .refine((goal) => goal.trim() !== '', { error: notBlank('goal') })
    .describe('What the agent shall do, complete in itself: it does not see this conversation.'),
  context: z.string().optional().describe('Facts the agent needs to know beforehand.'),
  message: z.string()
    .refine((message) => message.trim() !== '', { error: notBlank('message') })
    .describe('What to tell the running agent.'),
  taskId: z.string().describe('The id that starting the task answered, as in researcher-7kq2wd.'),
  granted: z.record(z.string(), z.unknown()).describe('What the agent was given of what was asked for.'),
  timeout: z.number({ error: seconds }).min(0, { error: seconds }).optional()
    .describe('Seconds to wait at most; 0 only looks. Default 300, at most 3600.'),
};
