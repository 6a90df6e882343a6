import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import { dialectOf, type OpenaiToolsOptions } from './openaiToolsOptions.js';

/** A function tool of the Responses API. */
export interface ResponsesTool {
  type: 'function';
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  strict: boolean;
}

/**
 * The tools for OpenAI's Responses API, as `chatTools` has them for chat-completions. `callTools` answers the calls.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { responsesTools } from 'sidestream/openai';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tools = responsesTools(toolset); // client.responses.create({ model, input, tools })
 * console.log(tools.map(({ name }) => name).slice(0, 3).join()); // delegate_task_async,check_task,collect_task
 * ```
 *
 * @throws InvalidArgumentError where the toolset or an option is not what it should be
 */
export function responsesTools(toolset: Tools, options: OpenaiToolsOptions = {}): ResponsesTool[] {
  return offered(toolset, { dialect: dialectOf('responsesTools', options) }).map(({ name, description, schema, strict }) => (
    { type: 'function', name, description, parameters: schema, strict }
  ));
}
