import * as z from 'zod';

/** Making one costs many times what a session does. */
const made = new WeakMap<z.ZodType, object>();

/** The JSON schema of what a tool takes, without the address of its language, which no model reads. */
export function jsonSchemaOf(input: z.ZodType): object {
  const known = made.get(input);
  if (known !== undefined) return known;
  // What JSON schema has no word for is anything; the tool knows better.
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  made.set(input, schema);
  return schema;
}
