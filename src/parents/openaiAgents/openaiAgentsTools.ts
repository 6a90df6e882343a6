import { tool, type FunctionTool } from '@openai/agents';
import { InvalidArgumentError } from '../../core/errors.js';
import { refusalOf } from '../../tools/answers/refusalOf.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';

/** A JSON schema as the types of `tool` know it. */
export interface StrictParameters {
  type: 'object';
  properties: Record<string, Record<string, unknown>>;
  required: string[];
  additionalProperties: false;
}

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
 * @throws InvalidArgumentError where it is no toolset
 */
export const openaiAgentsTools = (toolset: Tools): FunctionTool<unknown, StrictParameters>[] =>
  offered(toolset, { dialect: 'openai' }).map(({ name, description, schema, strict, call }) => tool<StrictParameters>({
    name,
    description,
    strict: strict as true,
    parameters: schema as unknown as StrictParameters,
    execute: async (input: unknown, _context?: unknown, details?: Details) =>
      JSON.stringify(await call(input, details?.signal, details?.toolCall?.callId)),
    // Comes only for arguments that are no JSON: a tool itself never rejects.
    errorFunction: () => JSON.stringify(refusalOf(new InvalidArgumentError(`The arguments of ${name} are no JSON. Send one JSON object.`))),
  }));
