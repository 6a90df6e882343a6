import type { RunnableConfig } from '@langchain/core/runnables';
import { DynamicStructuredTool } from '@langchain/core/tools';
import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';
import { base64Of } from '../../core/base64.js';
import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';
import { nameOf } from '../shared/dataUrl.js';
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
  /**
   * Whether pictures and other files of results go to the model, as blocks of the tool's message. For models that take them there, such as
   * Anthropic's and Google's; for OpenAI's chat-completions the package leaves them out or is refused. In any case they are the message's
   * `artifact`, for the application. @defaultValue false: a line says of each what it is
   */
  readonly media?: boolean | undefined;
}

const OPTIONS: Record<keyof LangchainToolsOptions, Option> = { strict: [false, A_BOOLEAN], media: [false, A_BOOLEAN] };

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
  const { strict, media } = readOptions('the options of langchainTools', options, OPTIONS);
  return offered(tools, { dialect: strict === true ? 'openai' : undefined }).map((tool) => langchainTool(tool, media === true));
}

/** What a tool that is called by a model's call is told of it. */
interface Called {
  readonly toolCall?: { readonly id?: string };
}

/** A file as a block that the packages of all providers read. */
const blockOf = (one: Media): object => one.type === 'image'
  ? { type: 'image', source_type: 'base64', mime_type: one.mediaType, data: base64Of(one.data) }
  : { type: 'file', source_type: 'base64', mime_type: one.mediaType, data: base64Of(one.data), metadata: { filename: nameOf(one) } };

function langchainTool({ name, description, schema, call }: OfferedTool, isShown: boolean): DynamicStructuredTool {
  const made = (accepts: object): DynamicStructuredTool => new DynamicStructuredTool({
    name,
    description,
    schema: accepts,
    responseFormat: 'content_and_artifact',
    func: async (input: unknown, _, config: (RunnableConfig & Called) | undefined) => {
      const answer = await call(input, config?.signal, config?.toolCall?.id);
      const text = JSON.stringify(answer);
      const media = mediaOf(answer);
      const content = isShown && media.length > 0 ? [{ type: 'text', text }, ...media.map(blockOf)] : text;
      return [content, media.length > 0 ? { media } : undefined];
    },
  });
  // A tool validates by itself, in sentences that say what to do. So what is offered has the schema, and what is called takes anything.
  const called = made({});
  return Object.assign(made(schema), { invoke: called.invoke.bind(called) });
}
