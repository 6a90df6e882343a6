import { tool, type FunctionTool } from '@openai/agents';
import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';
import { refusalOf } from '../../tools/answers/refusalOf.js';
import { nameOf } from '../shared/dataUrl.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';

/** A JSON schema as the types of `tool` know it. */
export interface StrictParameters {
  type: 'object';
  properties: Record<string, Record<string, unknown>>;
  required: string[];
  additionalProperties: false;
}

/** How the tools are offered. */
export interface OpenaiAgentsToolsOptions {
  /**
   * Whether pictures and other files of results go to the model as such. For models of the Responses API: the SDK refuses them for those of
   * chat-completions. @defaultValue false: a line says of each what it is
   */
  readonly media?: boolean | undefined;
}

const OPTIONS: Record<keyof OpenaiAgentsToolsOptions, Option> = { media: [false, A_BOOLEAN] };

interface Details {
  readonly signal?: AbortSignal;
  readonly toolCall?: { readonly callId?: string };
}

/**
 * The tools for `new Agent({ tools })` of OpenAI's Agents SDK, in strict mode; a tool that takes fields of an agent for which strict mode
 * has no words is offered without.
 *
 * ```ts
 * import { Agent } from '@openai/agents';
 * import { createSession } from 'sidestream';
 * import { openaiAgentsTools } from 'sidestream/openai-agents';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const agent = new Agent({ name: 'lead', instructions: 'Let others do the work.', tools: openaiAgentsTools(toolset) });
 * console.log(agent.tools[0]?.name); // delegate_task_async
 * ```
 *
 * @throws InvalidArgumentError where it is no toolset, or an option is not what it should be
 */
export function openaiAgentsTools(toolset: Tools, options: OpenaiAgentsToolsOptions = {}): FunctionTool<unknown, StrictParameters>[] {
  const { media } = readOptions('the options of openaiAgentsTools', options, OPTIONS);
  return offered(toolset, { dialect: 'openai' }).map(({ name, description, schema, strict, call }) => tool<StrictParameters>({
    name,
    description,
    strict: strict as true,
    parameters: schema as unknown as StrictParameters,
    execute: async (input: unknown, _context?: unknown, details?: Details) => {
      const answer = await call(input, details?.signal, details?.toolCall?.callId);
      const files = media === true ? mediaOf(answer) : [];
      const text = JSON.stringify(answer);
      return files.length === 0 ? text : [{ type: 'text', text }, ...files.map(partOf)];
    },
    // Comes only for arguments that are no JSON: a tool itself never rejects.
    errorFunction: () => JSON.stringify(refusalOf(new InvalidArgumentError(`The arguments of ${name} are no JSON. Send one JSON object.`))),
  }));
}

/** A file as the SDK knows it. */
const partOf = (one: Media) => one.type === 'image'
  ? { type: 'image' as const, image: { data: one.data, mediaType: one.mediaType } }
  : { type: 'file' as const, file: { data: one.data, mediaType: one.mediaType, filename: nameOf(one) } };
