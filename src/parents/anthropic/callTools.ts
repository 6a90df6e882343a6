import { A_FUNCTION, A_SIGNAL, readOptions, type Option } from '../../core/check.js';
import { headOf } from '../../core/cutText.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { refusalOf } from '../../tools/answers/refusalOf.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import { contentOf, type ResultBlock } from './contentOf.js';

/** How calls are answered. */
export interface CallToolsOptions {
  /** Its abort ends the waiting for results, and never the task. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Answers the calls of tools that are not of this toolset, with a text or with data; what it throws is an answer too.
   * @defaultValue they are refused
   */
  readonly others?: ((name: string, input: unknown) => unknown) | undefined;
}

/** A block of a reply, as far as it is looked at. */
export interface ContentBlock {
  readonly type: string;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
}

/** A block of the next user message. */
export interface ToolResult {
  type: 'tool_result';
  tool_use_id: string;
  /** The answer as JSON; in a list with the files of a result, where it has some that the API takes. */
  content: string | ResultBlock[];
  is_error?: boolean;
}

const OPTIONS: Record<keyof CallToolsOptions, Option> = { signal: [undefined, A_SIGNAL], others: [undefined, A_FUNCTION] };

/**
 * Calls the tools that a model asked for, side by side, and answers with the content of the next user message: one `tool_result` for each
 * `tool_use`, in their order. Refusals are marked as errors.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { callTools } from 'sidestream/anthropic';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const message = { content: [{ type: 'tool_use', id: 'toolu_1', name: 'delegate_task', input: { goal: 'hello' } }] };
 * const [result] = await callTools(toolset, message.content); // messages.push({ role: 'user', content: results })
 * console.log(result?.tool_use_id, JSON.parse(String(result?.content)).summary); // toolu_1 hello
 * ```
 *
 * @throws InvalidArgumentError where the toolset or an option is not what it should be
 */
export async function callTools(toolset: Tools, content: readonly ContentBlock[], options: CallToolsOptions = {}): Promise<ToolResult[]> {
  const { signal, others } = readOptions('the options of callTools', options, OPTIONS) as CallToolsOptions;
  const tools = new Map(offered(toolset).map((tool) => [tool.name, tool]));
  const answerTo = (name: string, input: unknown, id: unknown): unknown => {
    const tool = tools.get(name);
    if (tool !== undefined) return tool.call(input, signal, typeof id === 'string' ? id : undefined);
    if (others !== undefined) return others(name, input);
    throw new InvalidArgumentError(`There is no tool ${JSON.stringify(headOf(name, 80))}. There are: ${[...tools.keys()].join(', ')}.`);
  };
  return Promise.all(content.filter(({ type }) => type === 'tool_use').map(async ({ id, name, input }): Promise<ToolResult> => {
    const answer = await Promise.resolve().then(() => answerTo(String(name), input, id)).catch(refusalOf);
    const failed = (answer as { readonly ok?: unknown } | null | undefined)?.ok === false;
    return { type: 'tool_result', tool_use_id: String(id), content: contentOf(answer), ...failed ? { is_error: true } : {} };
  }));
}
