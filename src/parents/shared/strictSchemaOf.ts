import type { JsonSchema } from './jsonSchema.js';
import { takesNull } from './takesNull.js';

/** Whose strict mode; `any` is what each of them accepts, for who does not know whom it is for. */
export type StrictDialect = 'openai' | 'anthropic' | 'any';

/** Keywords that both take as they are. */
const KEPT = ['type', 'title', 'enum', 'const', '$ref', 'required'];

/** Keywords that hold further schemas, and are rebuilt. */
const REBUILT = ['properties', '$defs', 'anyOf', 'oneOf', 'items', 'additionalProperties', 'description'];

/** Bounds that only one of them takes. What the other does not take, a model reads in the description. */
const BOUNDS: Readonly<Record<StrictDialect, readonly string[]>> = {
  openai: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
  anthropic: [],
  any: [],
};

const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];

/** Says nothing to a model. */
const SILENT = ['$schema', '$id', 'examples', 'readOnly', 'writeOnly', 'deprecated', 'propertyNames'];

/** What neither has a form for. */
const UNSAYABLE = ['allOf', 'not', 'if', 'prefixItems', 'patternProperties', 'dependentRequired', 'dependentSchemas', 'contains'];

/**
 * A tool's schema as a provider's strict mode accepts it; `undefined` where it cannot be said there.
 *
 * Objects are closed. For OpenAI every property is required, and what may be left out may be null instead, which `withoutNulls` takes out
 * again. Bounds that the provider does not take are told in the description: the tool checks them.
 */
export function strictSchemaOf(schema: JsonSchema, dialect: StrictDialect): JsonSchema | undefined {
  if (schema.type !== 'object') return undefined;
  try {
    return strict(schema, dialect);
  } catch (error) {
    if (error instanceof Unsayable) return undefined;
    throw error;
  }
}

class Unsayable extends Error {}

function strict(given: JsonSchema, dialect: StrictDialect): JsonSchema {
  const schema = withoutAnyObject(given);
  const { type, properties = {}, additionalProperties = false, items, $defs, required = [] } = schema;
  const anyOf = schema.anyOf ?? schema['oneOf'] as readonly JsonSchema[] | undefined;
  const is = (kind: string): boolean => type === kind || (Array.isArray(type) && type.includes(kind));
  const isObject = is('object');
  const isOpen = additionalProperties !== false || 'propertyNames' in schema;
  const isAnything = type === undefined && anyOf === undefined && !('enum' in schema) && !('const' in schema) && !('$ref' in schema);
  const isOpenList = is('array') && items === undefined;
  if (UNSAYABLE.some((keyword) => keyword in schema) || isAnything || isOpenList || (isObject && isOpen)) throw new Unsayable();

  const { said, left } = split(schema, dialect);
  const all = (schemas: Readonly<Record<string, JsonSchema>>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, strict(inner, dialect)]));
  const inner = all(properties);
  const everything = dialect !== 'anthropic' && isObject;
  const description = [schema.description, left].filter((words) => words !== undefined).join(' ');
  return {
    ...said,
    ...description === '' ? {} : { description },
    ...isObject ? { properties: everything ? Object.fromEntries(Object.entries(inner).map(orNull(required))) : inner } : {},
    ...everything ? { required: Object.keys(properties) } : {},
    ...isObject ? { additionalProperties: false } : {},
    ...items === undefined ? {} : { items: strict(items, dialect) },
    ...anyOf === undefined ? {} : { anyOf: anyOf.map((way) => strict(way, dialect)) },
    ...$defs === undefined ? {} : { $defs: all($defs) },
  };
}

/** What may also be an object of any shape is one of the others there: of such an object only an empty one could be said. */
function withoutAnyObject(schema: JsonSchema): JsonSchema {
  const { type, properties, additionalProperties } = schema;
  if (!Array.isArray(type) || properties !== undefined || additionalProperties !== undefined) return schema;
  const others = type.filter((one) => one !== 'object');
  return others.length === 0 ? schema : { ...schema, type: others };
}

/** What is kept of the keywords that hold no schemas, and in words what is left out. */
function split(schema: JsonSchema, dialect: StrictDialect): { readonly said: JsonSchema; readonly left: string | undefined } {
  const isKept = (keyword: string, value: unknown): boolean => {
    switch (keyword) {
      case 'format': return FORMATS.includes(value as string);
      // Of patterns they take a part of the language only. A format has said the same.
      case 'pattern': return !('format' in schema) && !/\(\?|\\[1-9bB]/.test(value as string);
      default: return KEPT.includes(keyword) || BOUNDS[dialect].includes(keyword);
    }
  };
  const entries = Object.entries(schema).filter(([keyword, value]) => !REBUILT.includes(keyword) && !SILENT.includes(keyword)
    // Where every whole number is safe, that is no news.
    && Math.abs(value as number) !== Number.MAX_SAFE_INTEGER && !(keyword === 'pattern' && 'format' in schema));
  const left = entries.filter((entry) => !isKept(...entry)).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`);
  return {
    said: Object.fromEntries(entries.filter((entry) => isKept(...entry))),
    left: left.length === 0 ? undefined : `(${left.join(', ')})`,
  };
}

/** What may be left out may be null instead. */
const orNull = (required: readonly string[]) => ([name, schema]: [string, JsonSchema]): [string, JsonSchema] => {
  if (required.includes(name) || takesNull(schema)) return [name, schema];
  // Said in few words where it can be: a model reads it with every request.
  if (typeof schema.type === 'string' && schema.enum !== undefined) {
    return [name, { ...schema, type: [schema.type, 'null'], enum: [...schema.enum, null] }];
  }
  const { description, ...rest } = schema;
  const words = description === undefined ? {} : { description };
  if (schema.anyOf !== undefined) return [name, { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] }];
  const types = [schema.type ?? []].flat();
  const isPlain = types.length > 0 && schema.enum === undefined && schema.const === undefined && !types.includes('object');
  return [name, isPlain ? { ...schema, type: [...types, 'null'] } : { ...words, anyOf: [rest, { type: 'null' }] }];
};
