import type * as z from 'zod';
import { readBySchema, type StandardSchema } from '../../../core/standardSchema.js';
import { jsonSchemaOf } from '../../../tools/calls/jsonSchemaOf.js';
import { outputOf, readOutput, type OutputForm } from '../aiSdk.js';
import { jsonIn } from './jsonIn.js';
import { wrongOf } from './wrongOf.js';

/** What the result of a run has to be. */
export interface ResultForm {
  /** The developer's own `output`, which is handed to the SDK as it is. */
  readonly given: OutputForm | undefined;
  /** What asks a provider for it that can be asked so. */
  readonly own: OutputForm | undefined;
  /** What asks a model for it; nothing where the developer's own `output` does. */
  readonly words: string | undefined;
  /** What an answer is, before a schema has made something else of it; or a sentence that says what is wrong with it. */
  read(this: void, answer: string): Promise<{ readonly value: unknown } | string>;
}

/** Of a schema, of the SDK's `output`, or of both: then what the output reads has to fit the schema. */
export function createResultForm(schema: StandardSchema | undefined, output: OutputForm | undefined): ResultForm | undefined {
  if (output !== undefined) {
    return {
      given: output, own: undefined, words: undefined,
      read: async (answer) => {
        try {
          const value = await readOutput(output, answer);
          return schema === undefined ? { value } : fitting(schema, value);
        } catch (thrown) {
          return wrongOf(thrown);
        }
      },
    };
  }
  if (schema === undefined) return undefined;
  const json = wordsOf(schema);
  return {
    given: undefined,
    // Providers take no other form than that of an object.
    own: json?.['type'] === 'object' ? outputOf(json) : undefined,
    words: wordsFor(json),
    read: (answer) => Promise.resolve(readAnswer(schema, answer)),
  };
}

/** What is JSON is read so; where the schema refuses that, it may be meant for the words as they are. */
function readAnswer(schema: StandardSchema, answer: string): { readonly value: unknown } | string {
  const found = jsonIn(answer);
  const words = fitting(schema, answer);
  if (found === undefined) return typeof words === 'string' ? 'The answer is no JSON.' : words;
  const read = fitting(schema, found.value);
  return typeof read === 'string' && typeof words !== 'string' ? words : read;
}

/** The value as it was: whoever ends the run makes of it what the schema does, and that is done once. */
function fitting(schema: StandardSchema, value: unknown): { readonly value: unknown } | string {
  const read = readBySchema(schema, value, 'result');
  return typeof read === 'string' ? read : { value };
}

function wordsOf(schema: StandardSchema): Readonly<Record<string, unknown>> | undefined {
  if ('_zod' in schema) return jsonSchemaOf(schema as unknown as z.ZodType) as Record<string, unknown>;
  try {
    const { $schema: _, ...json } = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' }) ?? {};
    return Object.keys(json).length === 0 ? undefined : json;
  } catch {
    // It has no JSON schema: what does not fit is said in words.
    return undefined;
  }
}

function wordsFor(json: Readonly<Record<string, unknown>> | undefined): string {
  if (json?.['type'] === 'string') return `Your last message is your result. It has to fit this JSON schema: ${JSON.stringify(json)}`;
  const fits = json === undefined ? '' : ` that fits this JSON schema: ${JSON.stringify(json)}`;
  return `When you are done, answer with JSON alone, without a word around it${fits}`;
}
