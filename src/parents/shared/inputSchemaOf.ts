import { z } from 'zod';
import type { Tool } from '../../tools/tool.js';
import type { JsonSchema } from './jsonSchema.js';
import { strictSchemaOf, type StrictDialect } from './strictSchemaOf.js';

/** The JSON schema of what a tool takes, and whether it is one for a provider's strict mode. */
export interface InputSchema {
  readonly schema: JsonSchema;
  readonly strict: boolean;
}

/**
 * The JSON schema of what a tool takes; with a `dialect`, as that provider's strict mode accepts it. Where an agent's own fields cannot be
 * said in strict mode, such as a record with any keys, the schema is the plain one and `strict` is false: the tool validates by itself.
 */
export function inputSchemaOf(tool: Tool, dialect?: StrictDialect): InputSchema {
  // What JSON schema has no word for is anything; the tool knows better.
  const { $schema: _, ...schema } = z.toJSONSchema(tool.inputSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const strict = dialect === undefined ? undefined : strictSchemaOf(schema, dialect);
  return strict === undefined ? { schema, strict: false } : { schema: strict, strict: true };
}
