/** What a provider takes as the schema of a tool's input. */
export type Dialect =
  /** OpenAI's strict mode. */
  | 'openai'
  /** Anthropic's strict mode. */
  | 'anthropic'
  /** Any JSON schema of an object. */
  | 'plain';

type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = ['description', 'title'];
const COMMON = [
  ...ANNOTATIONS, 'type', 'enum', 'const', 'anyOf', '$ref', '$defs', 'properties', 'required', 'additionalProperties', 'items', 'format',
  'pattern',
];

/** As both publish it for structured outputs and strict tools. */
const KEYWORDS: Readonly<Record<Exclude<Dialect, 'plain'>, readonly string[]>> = {
  openai: [...COMMON, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
  anthropic: [...COMMON, 'allOf', 'default', 'minItems'],
};

/** Why a provider would refuse a schema, by the places in it: empty where it takes it. */
export function schemaFaults(schema: Schema, dialect: Dialect): readonly string[] {
  const root = schema['type'] === 'object' ? [] : ['the root is no object'];
  return dialect === 'plain' ? root : [...root, ...faults(schema, dialect, '#')];
}

function faults(schema: Schema, dialect: Exclude<Dialect, 'plain'>, path: string): readonly string[] {
  const { type, properties, required = [], additionalProperties, items, anyOf, allOf, $defs, minItems } = schema as {
    readonly type?: unknown; readonly properties?: Readonly<Record<string, Schema>>; readonly required?: readonly string[];
    readonly additionalProperties?: unknown; readonly items?: Schema; readonly minItems?: number;
    readonly anyOf?: readonly Schema[]; readonly allOf?: readonly Schema[];
    readonly $defs?: Readonly<Record<string, Schema>>;
  };
  const found = Object.keys(schema).filter((key) => !KEYWORDS[dialect].includes(key)).map((key) => `${path}: ${key} is not supported`);
  if (type === undefined && ['anyOf', 'allOf', '$ref', 'enum', 'const'].every((key) => !(key in schema))) found.push(`${path}: no type`);
  if (path === '#' && anyOf !== undefined) found.push('#: anyOf at the root');
  if (type === 'object' || properties !== undefined) {
    if (additionalProperties !== false) found.push(`${path}: additionalProperties is not false`);
    const names = Object.keys(properties ?? {});
    for (const name of names) if (dialect === 'openai' && !required.includes(name)) found.push(`${path}/${name}: not in required`);
    for (const name of required) if (!names.includes(name)) found.push(`${path}/${name}: required, and no property`);
  }
  if (type === 'array' && items === undefined) found.push(`${path}: no items`);
  if (dialect === 'anthropic' && minItems !== undefined && minItems > 1) found.push(`${path}: minItems over 1`);
  const below = [
    ...Object.entries(properties ?? {}), ...Object.entries($defs ?? {}), ...Object.entries(anyOf ?? []), ...Object.entries(allOf ?? []),
    ...items === undefined ? [] : [['items', items] as const],
  ];
  return [...found, ...below.flatMap(([name, inner]) => faults(inner, dialect, `${path}/${name}`))];
}
