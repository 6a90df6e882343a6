import * as z from 'zod';
import { WAYS_ON } from '../../../core/onRestart.js';
import { SECRET_NAME } from '../../../processes/environment.js';

/** An object whose words for an unknown field are those that it knows. */
export const object = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape, {
  error: ({ code }) => code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined,
});

export const words = z.string().regex(/\S/, { error: 'expected a string that is not blank' });
export const strings = z.array(z.string());

/** What becomes of a running task of an agent when the server has ended, where its tasks are kept. */
export const onRestart = z.enum(WAYS_ON);

/** Timers take no more. */
const MAX_DURATION = 2_147_483_647;

// By a refinement: after an issue of z.int() nothing around it is looked at any more.
export const whole = (min: number) =>
  z.number().refine((value) => Number.isInteger(value) && value >= min, { error: `expected a whole number from ${min}` });

/** Milliseconds. */
export const duration = (min: number) => z.number().refine((value) => value >= min && value <= MAX_DURATION, {
  error: `expected a number of milliseconds from ${min} to ${MAX_DURATION}`,
});

export const variable = z.string()
  .regex(/^[A-Za-z_]\w*$/, { error: 'expected the name of an environment variable, such as OPENAI_API_KEY' });

/** Also where something else is wrong, so that all is said at once. */
export const always = { when: () => true };

const secretsOf = (fields: unknown): readonly string[] =>
  Object.entries(Object(fields) as Record<string, unknown>)
    .filter(([name, value]) => typeof value === 'string' && SECRET_NAME.test(name) && !/\$\{\w+\}/.test(value))
    .map(([name]) => name);

export const environment = z.record(z.string(), z.union([z.string(), z.boolean()], { error: 'expected a string, true or false' }))
  .refine((variables) => secretsOf(variables).length === 0, {
    ...always,
    error: ({ input }) =>
      `expected true for ${secretsOf(input).join(', ')}, which passes on the variable of this name: secrets do not belong into a config`,
  });

/** Headers of requests; `${NAME}` in one is the variable of that name. */
export const headers = z.record(z.string(), z.string()).refine((fields) => secretsOf(fields).length === 0, {
  ...always,
  error: ({ input }) => `expected \${NAME} of a variable in ${secretsOf(input).join(', ')}: secrets do not belong into a config`,
});
