import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import type { AnthropicTool } from './anthropicTool.js';
import { contentOf } from './contentOf.js';

/** How the tools are offered. */
export interface AnthropicToolsOptions {
  /**
   * Whether to ask for strict mode, in which no wrong field can come. Not every model has it, and there is a limit to the optional fields
   * of a request; a tool checks what comes in either case.
   * @defaultValue false
   */
  readonly strict?: boolean | undefined;
}

const OPTIONS: Record<keyof AnthropicToolsOptions, Option> = { strict: [false, A_BOOLEAN] };

/**
 * The tools for Anthropic's SDK: for `client.beta.messages.toolRunner`, which calls them, and for `client.messages.create`, whose calls
 * `callTools` answers. The SDK itself is not needed here.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { anthropicTools } from 'sidestream/anthropic';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tools = anthropicTools(toolset); // client.beta.messages.toolRunner({ model, max_tokens, messages, tools })
 * console.log(tools.find(({ name }) => name === 'check_task')?.input_schema.required); // [ 'task_id' ]
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function anthropicTools(tools: Tools, options: AnthropicToolsOptions = {}): AnthropicTool[] {
  const { strict } = readOptions('the options of anthropicTools', options, OPTIONS);
  return offered(tools, { dialect: strict === true ? 'anthropic' : undefined }).map((tool): AnthropicTool => ({
    type: 'custom',
    name: tool.name,
    description: tool.description,
    input_schema: tool.schema as AnthropicTool['input_schema'],
    ...tool.strict ? { strict: true } : {},
    run: async (input, context) => contentOf(await tool.call(input, context?.signal, context?.toolUse?.id ?? undefined)),
    parse: (input) => input,
  }));
}
