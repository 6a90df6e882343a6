import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import { dialectOf, type OpenaiToolsOptions } from './openaiToolsOptions.js';

/** A function tool of chat-completions. */
export interface ChatTool {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown>; strict: boolean };
}

/**
 * The tools for OpenAI's chat-completions, in strict mode, so that no wrong field can come. A tool one of whose agents takes what cannot be
 * said in strict mode is offered without it. `callTools` answers the calls.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { chatTools } from 'sidestream/openai';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tools = chatTools(toolset); // client.chat.completions.create({ model, messages, tools })
 * const collect = tools.find(({ function: { name } }) => name === 'collect_task');
 * console.log(collect?.function.strict, collect?.function.parameters['required']); // true [ 'task_id', 'timeout', 'lines', 'offset' ]
 * ```
 *
 * @throws InvalidArgumentError where the toolset or an option is not what it should be
 */
export function chatTools(toolset: Tools, options: OpenaiToolsOptions = {}): ChatTool[] {
  return offered(toolset, { dialect: dialectOf('chatTools', options) }).map(({ name, description, schema, strict }) => (
    { type: 'function', function: { name, description, parameters: schema, strict } }
  ));
}
