import { describeValue } from './describeValue.js';
import type { JsonObject } from './json.js';

const OF_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/**
 * What of a value is not as its JSON schema says, in words; nothing where it is. Looks at types, required fields, lists and enumerations:
 * whoever needs more of JSON schema gives the object of a schema library.
 */
export function schemaProblem(schema: JsonObject, value: unknown, path: string): string | undefined {
  const { type, enum: values, required, properties, items } = schema;
  const types = [type ?? []].flat() as readonly string[];
  if (types.length > 0 && !types.some((name) => !Object.hasOwn(OF_TYPE, name) || OF_TYPE[name]!(value))) {
    return `Expected \`${path}\` to be ${types.join(' or ')}, got ${describeValue(value)}.`;
  }
  if (Array.isArray(values) && !(values as readonly unknown[]).includes(value)) {
    return `Expected \`${path}\` to be one of ${values.map((one) => JSON.stringify(one)).join(', ')}, got ${describeValue(value)}.`;
  }
  if (Array.isArray(value)) {
    return isSchemaObject(items) ? value.map((part, n) => schemaProblem(items, part, `${path}[${n}]`)).find(Boolean) : undefined;
  }
  if (!isSchemaObject(value)) return undefined;
  const fields = value;
  for (const name of Array.isArray(required) ? required as readonly unknown[] : []) {
    if (typeof name === 'string' && !has(fields, name)) return `Expected \`${path}.${name}\`, got nothing.`;
  }
  if (!isSchemaObject(properties)) return undefined;
  return Object.entries(properties).map(([name, part]) => isSchemaObject(part) && has(fields, name)
    ? schemaProblem(part, fields[name], `${path}.${name}`) : undefined).find(Boolean);
}

const has = (fields: JsonObject, name: string): boolean => Object.hasOwn(fields, name) && fields[name] !== undefined;

const isSchemaObject = (value: unknown): value is JsonObject => OF_TYPE['object']!(value);
