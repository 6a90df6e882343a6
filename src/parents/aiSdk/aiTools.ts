import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import { jsonSchema, type ToolSet } from './sdk.js';
import { toModelOutput } from './toModelOutput.js';

/** How the tools are offered. */
export interface AiToolsOptions {
  /**
   * Whether to ask for strict mode, where the provider has it. The schemas are such as each provider takes, with bounds said in words; the
   * tools check what comes in either case. @defaultValue false
   */
  readonly strict?: boolean | undefined;
  /**
   * Whether pictures and other files of results go to the model as such, by `toModelOutput`. For providers that take them in the results of
   * tools, such as Anthropic, Google and OpenAI's Responses API; those of chat-completions would be sent their bytes as text.
   * @defaultValue false: a line says of each what it is
   */
  readonly media?: boolean | undefined;
}

const OPTIONS: Record<keyof AiToolsOptions, Option> = { strict: [false, A_BOOLEAN], media: [false, A_BOOLEAN] };

/**
 * The tools for the AI SDK, version 6 and 7: for `generateText`, `streamText` and agents made of them.
 *
 * An abort of the call ends the waiting of a collect, and never the task.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { aiTools } from 'sidestream/ai-sdk';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tools = aiTools(toolset); // streamText({ model, prompt, tools, stopWhen: stepCountIs(20) })
 * console.log(Object.keys(tools).slice(0, 3).join()); // delegate_task_async,check_task,collect_task
 * ```
 *
 * @throws InvalidArgumentError where the toolset or an option is not what it should be
 */
export function aiTools(toolset: Tools, options: AiToolsOptions = {}): ToolSet {
  const { strict: wanted, media } = readOptions('the options of aiTools', options, OPTIONS);
  const all = offered(toolset, { dialect: wanted === true ? 'any' : undefined });
  return Object.fromEntries(all.map(({ name, description, schema, strict, call }) => [name, {
    description,
    inputSchema: jsonSchema(schema as object),
    ...strict ? { strict } : {},
    ...media === true ? { toModelOutput } : {},
    execute: (input: unknown, called?: { readonly abortSignal?: AbortSignal | undefined; readonly toolCallId?: string }) =>
      call(input, called?.abortSignal, called?.toolCallId),
  }]));
}
