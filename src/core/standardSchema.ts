import { describeThrown } from './internal/failure/describeThrown.js';

/** What validates a value: the common interface of schema libraries such as zod, valibot or arktype. @see https://standardschema.dev */
export interface StandardSchema<O = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<O> | Promise<SchemaResult<O>>;
    readonly types?: { readonly input: unknown; readonly output: O } | undefined;
    /** Where the library can say it as JSON schema. */
    readonly jsonSchema?: { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> } | undefined;
  };
}

/** What a schema makes of a value, or what is wrong with it. */
export type SchemaResult<O> = { readonly value: O; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** What is wrong with a value, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether something is such a schema. */
export const isSchema = (value: unknown): value is StandardSchema =>
  typeof (Object(value) as Partial<StandardSchema>)['~standard']?.validate === 'function';

/**
 * What a schema makes of a value; where it does not take it, a sentence with the path.
 *
 * @param name - what the value is called in the sentence
 */
export function readBySchema<O>(schema: StandardSchema<O>, value: unknown, name: string): { readonly value: O } | string {
  try {
    const read = schema['~standard'].validate(value);
    if ('then' in read) {
      read.catch(() => undefined);
      return `The schema of ${name} answers with a promise, which nobody waits for. Let it answer at once.`;
    }
    if (read.issues === undefined) return { value: read.value };
    const [{ message, path = [] } = { message: 'it is refused' }] = read.issues;
    const where = [name, ...path.map((part) => String(typeof part === 'object' ? part.key : part))].join('.');
    return `\`${where}\` is not as it should be: ${message}.`.replace('..', '.');
  } catch (thrown) {
    return `The schema of ${name} failed: ${describeThrown(thrown).message}.`;
  }
}
