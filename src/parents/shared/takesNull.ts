import type { JsonSchema } from './jsonSchema.js';

/** Whether null is a value of its own there. */
export function takesNull(schema: JsonSchema): boolean {
  const { type, anyOf, enum: values, const: value } = schema;
  if (type === 'null' || value === null || (Array.isArray(type) && type.includes('null'))) return true;
  if (values !== undefined) return values.includes(null);
  const ways = anyOf ?? schema['oneOf'] as readonly JsonSchema[] | undefined;
  return ways?.some(takesNull) ?? (type === undefined && value === undefined && schema.$ref === undefined && schema['allOf'] === undefined);
}
