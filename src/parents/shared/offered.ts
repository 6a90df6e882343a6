import { AN_OBJECT, check, type Kind } from '../../core/check.js';
import { timeoutWords } from '../../tools/calls/fields.js';
import type { Tool, ToolAnswer } from '../../tools/tool.js';
import { inputSchemaOf, type InputSchema } from './inputSchemaOf.js';
import type { JsonSchema } from './jsonSchema.js';
import type { StrictDialect } from './strictSchemaOf.js';
import type { Tools } from './tools.js';
import { withoutNulls } from './withoutNulls.js';

/** A tool as a parent offers it to its model. */
export interface OfferedTool extends InputSchema {
  readonly name: string;
  readonly description: string;
  /**
   * Hands on what the model sent, without the nulls of strict mode. Never rejects; an abort ends the waiting, never the task.
   *
   * @param callId - what the framework calls the call
   */
  call(this: void, input: unknown, signal?: AbortSignal | null, callId?: string): Promise<ToolAnswer>;
}

/** How tools are offered. */
export interface Offering {
  /** Whose strict mode the schemas are for; without one they are plain. */
  readonly dialect?: StrictDialect | undefined;
  /** Seconds that a call waits at most. */
  readonly maxWait?: number | undefined;
  /** Whether the same call, run again, has the same id. @defaultValue true */
  readonly joins?: boolean | undefined;
}

const A_TOOLSET: Kind = [
  (value) => AN_OBJECT[0](value)
    && Object.values(value as object).every((tool: Partial<Tool> | null | undefined) => typeof tool?.execute === 'function'),
  'a toolset, or some tools of one by their names',
];

/**
 * The tools of a toolset, ready for any framework: with a JSON schema each and one function to call.
 *
 * @throws InvalidArgumentError where it is no toolset
 */
export function offered(tools: Tools, { dialect, maxWait, joins }: Offering = {}): readonly OfferedTool[] {
  check('toolset', tools, A_TOOLSET);
  return Object.values(tools).map((tool) => {
    const { schema, strict } = inputSchemaOf(tool, dialect);
    return {
      name: tool.name,
      description: tool.description,
      schema: maxWait === undefined ? schema : impatient(schema, maxWait),
      strict,
      call: (input, signal, callId) => tool.execute(withoutNulls(inputSchemaOf(tool).schema, input), {
        ...signal == null ? {} : { abortSignal: signal },
        ...typeof callId === 'string' && callId !== '' ? { callId } : {},
        ...maxWait === undefined ? {} : { maxWait },
        ...joins === undefined ? {} : { joins },
      }),
    };
  });
}

/** The same, where a call waits for less than its tool would. */
function impatient(schema: JsonSchema, maxWait: number): JsonSchema {
  const { timeout, ...others } = schema.properties ?? {};
  if (timeout === undefined) return schema;
  return { ...schema, properties: { ...others, timeout: { ...timeout, description: timeoutWords(maxWait) } } };
}
