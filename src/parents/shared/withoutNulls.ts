import type { JsonSchema } from './jsonSchema.js';
import { takesNull } from './takesNull.js';

/**
 * An input without the nulls that stand for fields that were left out, as strict mode makes a model send them. A null that the field takes,
 * or that stands where something is required, is kept: the first is meant, the second is for the tool to refuse.
 *
 * @param schema - the plain one of the tool
 */
export function withoutNulls(schema: JsonSchema, input: unknown): unknown {
  try {
    return cleared(schema, input, schema);
  } catch {
    // What cannot be read is for the tool to refuse.
    return input;
  }
}

function cleared(schema: JsonSchema, input: unknown, root: JsonSchema): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const { $ref, items, properties, required = [] } = schema;
  const ways = schema.anyOf ?? schema['oneOf'] as readonly JsonSchema[] | undefined;
  if ($ref !== undefined) return cleared(resolved($ref, root), input, root);
  if (ways !== undefined) {
    const way = ways.find((one) => fits(one, input, root));
    return way === undefined ? input : cleared(way, input, root);
  }
  if (Array.isArray(input)) return items === undefined ? input : input.map((item) => cleared(items, item, root));
  if (properties === undefined) return input;
  const known = (name: string): JsonSchema | undefined => Object.hasOwn(properties, name) ? properties[name] : undefined;
  const kept = Object.entries(input).filter(([name, value]) => {
    const field = known(name);
    return value !== null || field === undefined || required.includes(name) || takesNull(field);
  });
  return Object.fromEntries(kept.map(([name, value]) => [name, cleared(known(name) ?? {}, value, root)]));
}

/** Whether a way of several is meant, as far as what must be there says it. */
function fits(way: JsonSchema, input: object, root: JsonSchema): boolean {
  const { $ref, properties = {}, required = [], type } = way;
  if ($ref !== undefined) return fits(resolved($ref, root), input, root);
  if (Array.isArray(input)) return type === 'array';
  return type === 'object' && required.every((name) => {
    const value = (input as Readonly<Record<string, unknown>>)[name];
    const field = properties[name];
    return value !== undefined && (field === undefined || !('const' in field) || field.const === value);
  });
}

const resolved = (ref: string, root: JsonSchema): JsonSchema =>
  ref === '#' ? root : root.$defs?.[ref.replace('#/$defs/', '')] ?? {};
