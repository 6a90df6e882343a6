import type { RunnableConfig } from '@langchain/core/runnables';
import { DynamicStructuredTool } from '@langchain/core/tools';
import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';
import { offered, type OfferedTool } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';

/** How the tools are offered. */
export interface LangchainToolsOptions {
  /**
   * Whether the schemas are such as OpenAI's strict mode takes: every field required, and null for one to be left out. That it is on, is
   * said to the model (`supportsStrictToolCalling`).
   * @defaultValue false
   */
  readonly strict?: boolean | undefined;
}

const OPTIONS: Record<keyof LangchainToolsOptions, Option> = { strict: [false, A_BOOLEAN] };

/**
 * The tools for `createAgent`, a `ToolNode`, or a model's `bindTools`.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { langchainTools } from 'sidestream/langchain';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tools = langchainTools(toolset); // createAgent({ model, tools })
 * const answer = await tools.find(({ name }) => name === 'delegate_task')?.invoke({ goal: 'hello' });
 * console.log(JSON.parse(answer).summary); // hello
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function langchainTools(tools: Tools, options: LangchainToolsOptions = {}): DynamicStructuredTool[] {
  const { strict } = readOptions('the options of langchainTools', options, OPTIONS);
  return offered(tools, { dialect: strict === true ? 'openai' : undefined }).map(langchainTool);
}

/** What a tool that is called by a model's call is told of it. */
interface Called {
  readonly toolCall?: { readonly id?: string };
}

function langchainTool({ name, description, schema, call }: OfferedTool): DynamicStructuredTool {
  const made = (accepts: object): DynamicStructuredTool => new DynamicStructuredTool({
    name,
    description,
    schema: accepts,
    func: async (input: unknown, _, config: (RunnableConfig & Called) | undefined) =>
      JSON.stringify(await call(input, config?.signal, config?.toolCall?.id)),
  });
  // A tool validates by itself, in sentences that say what to do. So what is offered has the schema, and what is called takes anything.
  const called = made({});
  return Object.assign(made(schema), { invoke: called.invoke.bind(called) });
}
