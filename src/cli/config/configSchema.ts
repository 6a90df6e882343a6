import * as z from 'zod';
import { TOOL_KINDS } from '../../agents/acp/permission.js';
import { presets } from '../../agents/acp/presets.js';

/** An object whose words for an unknown field are those that it knows. */
const object = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape, {
  error: ({ code }) => code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined,
});

const words = z.string().regex(/\S/, { error: 'expected a string that is not blank' });
const strings = z.array(z.string());
// By a refinement: after an issue of z.int() nothing around it is looked at any more.
const whole = (min: number) =>
  z.number().refine((value) => Number.isInteger(value) && value >= min, { error: `expected a whole number from ${min}` });
const variable = z.string().regex(/^[A-Za-z_]\w*$/, { error: 'expected the name of an environment variable, such as OPENAI_API_KEY' });

/** What would be a secret, going by its name. */
const SECRET = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

const secretsOf = (variables: unknown): readonly string[] =>
  Object.entries(Object(variables) as Record<string, unknown>)
    .filter(([name, value]) => typeof value === 'string' && SECRET.test(name))
    .map(([name]) => name);

/** Also where something else is wrong, so that all is said at once. */
const always = { when: () => true };

const environment = z.record(z.string(), z.union([z.string(), z.boolean()], { error: 'expected a string, true or false' }))
  .refine((variables) => secretsOf(variables).length === 0, {
    ...always,
    error: ({ input }) =>
      `expected true for ${secretsOf(input).join(', ')}, which passes on the variable of this name: secrets do not belong into a config`,
  });

const confinement = { readable: strings.optional(), writable: strings.optional(), network: z.boolean().optional() };
const sandbox = z.discriminatedUnion('kind', [
  object({ kind: z.literal('bubblewrap'), ...confinement }),
  object({ kind: z.literal('docker'), image: words, ...confinement }),
], { error: 'expected an object with `kind`: bubblewrap or docker' });

const program = { args: strings.optional(), env: environment.optional(), cwd: words.optional(), sandbox: sandbox.optional() };

const acp = object({
  kind: z.literal('acp'),
  preset: z.enum(Object.keys(presets) as [keyof typeof presets]).optional(),
  command: words.optional(),
  description: words.optional(),
  ...program,
  steering: z.union([z.enum(['concurrent-prompt', 'cancel-and-reprompt', 'queue']), z.literal(false)], {
    error: 'expected concurrent-prompt, cancel-and-reprompt, queue or false',
  }).optional(),
  allow: z.union([z.literal('all'), z.array(z.enum(TOOL_KINDS as readonly [string]))], {
    error: `expected "all", or a list of ${TOOL_KINDS.join(', ')}`,
  }).optional(),
  thoughts: z.enum(['hide', 'print']).optional(),
  authenticate: words.optional(),
  keepAlive: whole(1).optional(),
}).refine((config) => ['preset', 'command'].some((field) => (Object(config) as Record<string, unknown>)[field] !== undefined), {
  ...always,
  error: 'expected `preset`, or the `command` that starts the agent',
});

const command = object({
  kind: z.literal('command'),
  command: words,
  description: words,
  ...program,
  steering: z.enum(['lines', 'json']).optional(),
  result: z.enum(['line', 'stdout']).optional(),
  stderr: z.enum(['keep', 'print']).optional(),
  successCodes: z.array(z.int()).optional(),
  grace: whole(0).optional(),
});

const model = object({
  kind: z.literal('model'),
  provider: z.literal('openai-compatible'),
  baseURL: z.url({ error: 'expected a URL, such as https://api.openai.com/v1' }),
  model: words,
  /** The name of the variable, never the key. */
  apiKeyEnv: variable
    .refine((name) => (process.env[name] ?? '') !== '', { error: ({ input }) => `expected the variable ${String(input)} to be set` })
    .optional(),
  description: words,
  system: words.optional(),
  maxSteps: whole(1).optional(),
  maxRetries: whole(0).optional(),
  maxOutputTokens: whole(1).optional(),
  temperature: z.number().min(0).optional(),
  delegation: z.boolean().optional(),
});

const agent = z.discriminatedUnion('kind', [acp, command, model], { error: 'expected an object with `kind`: acp, command or model' });

const agents = z.record(
  z.string().regex(/^[A-Za-z0-9][\w-]{0,39}$/, { error: 'expected a name of letters, digits, - and _' }), agent,
).refine((named) => Object.keys(named).length > 0, { error: 'expected at least one agent' });

/** The limits of each connection's session, as in code. */
const session = object({
  maxRunning: whole(1).optional(), overflow: z.enum(['reject', 'queue']).optional(), maxQueued: whole(0).optional(),
  maxDepth: whole(1).optional(), maxDescendants: whole(0).optional(), windowLines: whole(1).optional(), lineLength: whole(1).optional(),
  deadline: whole(1).optional(), idleTimeout: whole(1).optional(), cancelGrace: whole(0).optional(),
});

// Of whatever stands there: the check is made also where something else is wrong.
const namesOf = (config: unknown): readonly string[] =>
  Object.keys(Object((Object(config) as { readonly agents?: unknown }).agents) as Record<string, unknown>);
const defaultOf = (config: unknown): unknown => (Object(config) as { readonly defaultAgent?: unknown }).defaultAgent;

/** A config, its comments removed. */
export const configSchema = object({
  $schema: z.string().optional(),
  agents,
  defaultAgent: z.string().optional(),
  maxWait: whole(1).optional(),
  session: session.optional(),
}).refine((config) => typeof defaultOf(config) !== 'string' || namesOf(config).includes(defaultOf(config) as string), {
  ...always,
  path: ['defaultAgent'],
  error: ({ input }) => `expected one of ${namesOf(input).join(', ')}`,
});

export type Config = z.output<typeof configSchema>;
export type AgentConfig = Config['agents'][string];
