import { cutText } from '../../../core/cutText.js';
import type { Json, JsonObject } from '../../../core/json.js';
import type { QuestionData, QuestionOption } from '../../../core/question.js';
import { cleanText } from '../../../tools/answers/text/cleanText.js';
import { PrimitiveSchemaDefinitionSchema, type PrimitiveSchemaDefinition } from '../sdk.js';

/** A form that a host shows, and how to read what was filled in. */
export interface Form {
  readonly schema: {
    readonly type: 'object';
    readonly properties: Record<string, PrimitiveSchemaDefinition>;
    readonly required?: string[];
  };
  /** What the person is told beside the question. */
  readonly hint?: string;
  /** The answer to the question, if it is one. */
  read(this: void, content: Readonly<Record<string, unknown>>): unknown;
}

/** Characters of a title, and of a schema that is told in words. */
const TITLE = 120;
const SCHEMA = 2_000;
const MAX_ANSWER = 16_384;

/**
 * The question as a form of MCP, which has one level of words, numbers, yes or no and choices. The schema of a form with more in it is told
 * in words, and its answer is JSON.
 *
 * @param isTitled - whether the host knows titles of options as they are since 2025-11-25 (`oneOf`), and not as they were (`enumNames`)
 */
export function formOf(question: QuestionData, isTitled: boolean): Form {
  const { kind, default: fallback, schema } = question;
  switch (kind) {
    case 'text': return single({ type: 'string', title: 'Answer', maxLength: MAX_ANSWER, ...isString(fallback) && { default: fallback } });
    case 'confirm': return single({ type: 'boolean', title: 'Yes', ...typeof fallback === 'boolean' && { default: fallback } });
    case 'choice':
    case 'permission': return single(choiceOf(question, isTitled));
    case 'form': return (isPlain(schema) && isPlain(fallback) ? flatForm(schema!, fallback) : undefined) ?? jsonForm(schema!, fallback);
  }
}

/** Whether it can be shown to a person as it is: no orders to a terminal, and nothing that turns what follows around. */
const isPlain = (value: Json | undefined): boolean => {
  const text = JSON.stringify(value, (_key, part: unknown) => typeof part === 'string' ? part.replaceAll(/\s/g, ' ') : part);
  return text === undefined || cleanText(text) === text && !/\\u00[01]/.test(text);
};

const isString = (value: Json | undefined): value is string => typeof value === 'string';

const single = (field: PrimitiveSchemaDefinition, hint?: string): Form => ({
  schema: { type: 'object', properties: { answer: field }, required: ['answer'] },
  ...hint !== undefined && { hint },
  read: ({ answer }) => answer,
});

function choiceOf({ options = [], default: fallback }: QuestionData, isTitled: boolean): PrimitiveSchemaDefinition {
  const ids = options.map(({ id }) => id);
  const more = { type: 'string' as const, title: 'Answer', ...isString(fallback) && { default: fallback } };
  return isTitled ? { ...more, oneOf: options.map((option) => ({ const: option.id, title: titleOf(option) })) }
    : { ...more, enum: ids, enumNames: options.map(titleOf) };
}

const titleOf = ({ id, label = id, description }: QuestionOption): string =>
  lineOf(description === undefined ? label : `${label}: ${description}`, TITLE);

/** Words of a child on one line. */
export const lineOf = (words: string, length: number): string => cutText(cleanText(words).replaceAll(/\s+/g, ' ').trim(), length).text;

/** The fields of a schema that has no level below them. */
function flatForm(schema: JsonObject, fallback: Json | undefined): Form | undefined {
  const { type, properties, required } = schema as {
    readonly type?: unknown; readonly properties?: JsonObject | null; readonly required?: readonly string[];
  };
  if (type !== 'object' || typeof properties !== 'object' || properties === null) return undefined;
  if (required !== undefined && !(Array.isArray(required) && required.every((name) => typeof name === 'string'))) return undefined;
  const defaults = Object(fallback) as JsonObject;
  const fields = Object.entries(properties as Readonly<Record<string, Json>>)
    .map(([name, field]) => [name, fieldOf(field, defaults[name])] as const);
  if (fields.length === 0 || fields.some(([, field]) => field === undefined)) return undefined;
  return {
    schema: {
      type: 'object', properties: Object.fromEntries(fields) as Record<string, PrimitiveSchemaDefinition>,
      ...required !== undefined && required.length > 0 && { required: [...required] },
    },
    read: (content) => content,
  };
}

/** What MCP knows of a field. Whatever else the schema asks for, the answer is validated by it. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  string: ['type', 'title', 'description', 'minLength', 'maxLength', 'format', 'default', 'enum', 'enumNames', 'oneOf'],
  number: ['type', 'title', 'description', 'minimum', 'maximum', 'default'],
  integer: ['type', 'title', 'description', 'minimum', 'maximum', 'default'],
  boolean: ['type', 'title', 'description', 'default'],
  array: ['type', 'title', 'description', 'minItems', 'maxItems', 'items', 'default'],
};
const WORDS: readonly string[] = ['title', 'description'];
const FORMATS: readonly unknown[] = ['email', 'uri', 'date', 'date-time'];

function fieldOf(field: Json, fallback: Json | undefined): PrimitiveSchemaDefinition | undefined {
  const { type } = Object(field) as JsonObject;
  const known = typeof type === 'string' && Object.hasOwn(KNOWN, type) ? KNOWN[type]! : undefined;
  if (known === undefined) return undefined;
  const entries = Object.entries(field as JsonObject)
    .filter(([name, value]) => known.includes(name) && (name !== 'format' || FORMATS.includes(value)))
    .map(([name, value]) => [name, WORDS.includes(name) && isString(value) ? lineOf(value, TITLE) : value] as const);
  const { success, data } = PrimitiveSchemaDefinitionSchema.safeParse({
    ...Object.fromEntries(entries), ...fallback !== undefined && { default: fallback },
  });
  return success ? data : undefined;
}

const jsonForm = (schema: JsonObject, fallback: Json | undefined): Form => single(
  {
    type: 'string', title: 'Answer, as JSON', maxLength: MAX_ANSWER,
    ...fallback !== undefined && { default: JSON.stringify(fallback) },
  },
  `The answer is a JSON object, by this schema: ${lineOf(JSON.stringify(schema), SCHEMA)}`,
);
