import { AN_OBJECT, check, type Kind } from '../../core/check.js';
import type { Tool, ToolAnswer } from '../../tools/tool.js';
import { inputSchemaOf, type InputSchema } from './inputSchemaOf.js';
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

const A_TOOLSET: Kind = [
  (value) => AN_OBJECT[0](value)
    && Object.values(value as object).every((tool: Partial<Tool> | null | undefined) => typeof tool?.execute === 'function'),
  'a toolset, or some tools of one by their names',
];

/**
 * The tools of a toolset, ready for any framework: with a JSON schema each and one function to call.
 *
 * @param dialect - whose strict mode the schemas are for; without one they are plain
 * @throws InvalidArgumentError where it is no toolset
 */
export function offered(tools: Tools, dialect?: StrictDialect): readonly OfferedTool[] {
  check('toolset', tools, A_TOOLSET);
  return Object.values(tools).map((tool) => {
    const plain = inputSchemaOf(tool).schema;
    return {
      name: tool.name,
      description: tool.description,
      ...inputSchemaOf(tool, dialect),
      call: (input, signal, callId) => tool.execute(withoutNulls(plain, input), {
        ...signal == null ? {} : { abortSignal: signal }, ...typeof callId === 'string' && callId !== '' ? { callId } : {},
      }),
    };
  });
}
