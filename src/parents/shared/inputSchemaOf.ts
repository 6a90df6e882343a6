import type * as z from 'zod';
import { jsonSchemaOf } from '../../tools/calls/jsonSchemaOf.js';
import type { Tool } from '../../tools/tool.js';
import type { JsonSchema } from './jsonSchema.js';
import { strictSchemaOf, type StrictDialect } from './strictSchemaOf.js';

/** The JSON schema of what a tool takes, and whether it is one for a provider's strict mode. */
export interface InputSchema {
  readonly schema: JsonSchema;
  readonly strict: boolean;
}

/** Each is made once: some make their tools anew for every request. */
const made = new WeakMap<z.ZodType, Partial<Record<StrictDialect, InputSchema>>>();

/**
 * The JSON schema of what a tool takes; with a `dialect`, as that provider's strict mode accepts it. Where an agent's own fields cannot be
 * said in strict mode, such as a record with any keys, the schema is the plain one and `strict` is false: the tool validates by itself.
 */
export function inputSchemaOf({ inputSchema }: Tool, dialect?: StrictDialect): InputSchema {
  const schema = jsonSchemaOf(inputSchema) as JsonSchema;
  if (dialect === undefined) return { schema, strict: false };
  const known = made.get(inputSchema) ?? {};
  made.set(inputSchema, known);
  return known[dialect] ??= strictly(schema, dialect);
}

function strictly(schema: JsonSchema, dialect: StrictDialect): InputSchema {
  const strict = strictSchemaOf(schema, dialect);
  return strict === undefined ? { schema, strict: false } : { schema: strict, strict: true };
}
