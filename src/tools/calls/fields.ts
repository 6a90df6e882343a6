import * as z from 'zod';
import { describeValue } from '../../core/describeValue.js';

/** Seconds that a call may be asked to wait. */
const MAX = 3_600;

const notBlank = (name: string) => ({ input }: { readonly input?: unknown }): string =>
  `Expected \`${name}\` to be a string that is not blank, got ${describeValue(input)}.`;

function badTimeout({ input }: { readonly input?: unknown }): string {
  const meant = typeof input === 'number' && input > MAX && input < Infinity
    ? ` Were milliseconds meant? Then send ${Math.min(MAX, Math.max(1, Math.round(input / 1_000)))}.` : '';
  return `Expected \`timeout\` to be a number of seconds from 0 to ${MAX}, got ${describeValue(input)}.${meant}`;
}

const badCount = (name: string) => ({ input }: { readonly input?: unknown }): string =>
  `Expected \`${name}\` to be a whole number from 0, got ${describeValue(input)}.`;

const countOf = (name: string): z.ZodOptional<z.ZodNumber> => z.number({ error: badCount(name) })
  .refine((count) => Number.isInteger(count) && count >= 0, { error: badCount(name) })
  .optional();

/** How to wait, in a tool whose calls wait at most so many seconds. */
export const timeoutWords = (maxWait: number): string => maxWait >= MAX
  ? `Seconds; 0 only looks. Default 300, at most ${MAX}.`
  : `Seconds; 0 only looks. ${maxWait <= 300 ? 'Default and most' : 'Default 300, at most'} ${maxWait}; then call again.`;

/** The fields that several tools take, or answer with. Bounds are words and not schema: strict modes refuse some, and they cost tokens. */
export const fields = {
  goal: z.string()
    .refine((goal) => goal.trim() !== '', { error: notBlank('goal') })
    .describe('What to do, in full: the agent does not see this conversation.'),
  context: z.string().optional().describe('Facts to know beforehand.'),
  message: z.string()
    .refine((message) => message.trim() !== '', { error: notBlank('message') }),
  // Without words, as `message` and `reason`: the names say all, and models read these schemas with every request.
  taskId: z.string(),
  granted: z.record(z.string(), z.unknown()).describe('What the agent was given of what was asked for.'),
  timeout: z.number({ error: badTimeout })
    .refine((seconds) => seconds >= 0 && seconds <= MAX, { error: badTimeout })
    .optional()
    .describe(timeoutWords(Infinity)),
  lines: countOf('lines'),
  offset: countOf('offset'),
};

/** The timeout in a tool whose calls wait at most so many seconds. */
export const timeoutWithin = (maxWait: number): typeof fields.timeout => fields.timeout.describe(timeoutWords(maxWait));
