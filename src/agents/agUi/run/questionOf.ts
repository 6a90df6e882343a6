import type { Interrupt } from '@ag-ui/client';
import type { Json, JsonObject } from '../../../core/json.js';
import type { Question } from '../../../core/question.js';
import { boundedJson } from '../../asking/boundedJson.js';

/** What an interrupt asks, and what of the answer goes back. */
export interface Asking {
  readonly question: Question;
  payloadOf(this: void, answer: unknown): unknown;
}

/** Characters of the JSON of a schema, and of what else an interrupt says; and options of a choice. */
const MAX_SCHEMA = 60_000;
const MAX_DETAIL = 16_000;
const MAX_OPTIONS = 100;

const asItIs = (answer: unknown): unknown => answer;

/**
 * An interrupt as a question, by the schema of the answer: true or false is a confirmation, one of some values a choice, an object a form,
 * and any other value a form with the one field `answer`. Words are asked for where it is a string, and where there is no schema; what a
 * schema leaves open, or one that is too large, is a text that is read as JSON where it is some.
 */
export function questionOf({ id, reason, message, responseSchema, toolCallId, metadata }: Interrupt): Asking {
  const text = [message, reason].find((words) => typeof words === 'string' && words.trim() !== '')
    ?? 'The agent stopped to ask for something, and does not say for what.';
  const detail = {
    interrupt: id, reason, ...toolCallId !== undefined && { toolCall: toolCallId },
    ...metadata !== undefined && { metadata: boundedJson(metadata, MAX_DETAIL) },
  } satisfies JsonObject;
  const schema = schemaOf(responseSchema);
  if (schema === undefined || isText(schema)) return { question: { text, detail }, payloadOf: asItIs };
  if (schema === TOO_LARGE) return { question: { text, detail }, payloadOf: json };
  if (schema['type'] === 'boolean') return { question: { kind: 'confirm', text, detail }, payloadOf: asItIs };
  const values = valuesOf(schema);
  if (values !== undefined) {
    const options = values.map(({ value, label }) => ({ id: idOf(value), ...label !== undefined && { label } }));
    return { question: { text, options, detail }, payloadOf: (answer) => values.find(({ value }) => idOf(value) === answer)?.value };
  }
  if (schema['type'] === 'object' || schema['properties'] !== undefined) {
    return { question: { text, schema: { ...schema, type: 'object' }, detail }, payloadOf: asItIs };
  }
  if (schema['type'] === undefined) return { question: { text, detail }, payloadOf: json };
  const one = { type: 'object', properties: { answer: schema }, required: ['answer'] };
  return { question: { text, schema: one, detail }, payloadOf: (answer) => (answer as { readonly answer: unknown }).answer };
}

const TOO_LARGE: JsonObject = {};

function schemaOf(given: Interrupt['responseSchema']): JsonObject | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const words = JSON.stringify(given);
  return words.length > MAX_SCHEMA ? TOO_LARGE : JSON.parse(words) as JsonObject;
}

const isText = ({ type, enum: values, oneOf }: JsonObject): boolean => type === 'string' && values === undefined && oneOf === undefined;

/** The values among which a schema lets choose: by `enum`, or by `oneOf` with a `const` and a title each. */
function valuesOf({ enum: values, oneOf }: JsonObject): readonly { readonly value: Json; readonly label?: string }[] | undefined {
  const given: readonly unknown[] = Array.isArray(values) ? values : Array.isArray(oneOf) ? oneOf : [];
  const options = given.map((each) => {
    if (Array.isArray(values)) return { value: each as Json };
    const { const: value, title } = Object(each) as { readonly const?: Json; readonly title?: unknown };
    return { value, ...typeof title === 'string' && title.trim() !== '' && { label: title } };
  });
  const ids = options.map(({ value }) => value === undefined ? '' : idOf(value));
  const isChoice = ids.length > 0 && ids.length <= MAX_OPTIONS && ids.every((id) => id.trim() !== '') && new Set(ids).size === ids.length;
  return isChoice ? options as readonly { readonly value: Json; readonly label?: string }[] : undefined;
}

const idOf = (value: Json): string => typeof value === 'string' ? value : JSON.stringify(value);

/** Words that are JSON as what they say. */
export function json(answer: unknown): unknown {
  try {
    return JSON.parse(answer as string) as unknown;
  } catch {
    return answer;
  }
}
