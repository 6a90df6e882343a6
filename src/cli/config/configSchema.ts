import * as z from 'zod';
import { acp } from './schema/acp.js';
import { command } from './schema/command.js';
import { model } from './schema/model.js';
import { http, serving, store } from './schema/serving.js';
import { session } from './schema/session.js';
import { always, object } from './schema/shapes.js';

const agent = z.discriminatedUnion('kind', [acp, command, model], { error: 'expected an object with `kind`: acp, command or model' });

const agents = z.record(
  z.string().regex(/^[A-Za-z0-9][\w-]{0,39}$/, { error: 'expected a name of letters, digits, - and _' }), agent,
).refine((named) => Object.keys(named).length > 0, { error: 'expected at least one agent' });

// Of whatever stands there: the check is made also where something else is wrong.
const namesOf = (config: unknown): readonly string[] =>
  Object.keys(Object((Object(config) as { readonly agents?: unknown }).agents) as Record<string, unknown>);
const defaultOf = (config: unknown): unknown => (Object(config) as { readonly defaultAgent?: unknown }).defaultAgent;

/** A config, its comments removed. */
export const configSchema = object({
  $schema: z.string().optional(), agents, ...serving, session: session.optional(), http: http.optional(), store: store.optional(),
}).refine((config) => typeof defaultOf(config) !== 'string' || namesOf(config).includes(defaultOf(config) as string), {
  ...always,
  path: ['defaultAgent'],
  error: ({ input }) => `expected one of ${namesOf(input).join(', ')}`,
});

export type Config = z.output<typeof configSchema>;
export type AgentConfig = Config['agents'][string];
