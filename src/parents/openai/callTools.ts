import { A_BOOLEAN, A_FUNCTION, A_SIGNAL, readOptions, type Option } from '../../core/check.js';
import { headOf } from '../../core/cutText.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { mediaOf, type Media } from '../../tools/answers/media/mediaOf.js';
import { refusalOf } from '../../tools/answers/refusalOf.js';
import { offered } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import type { ChatAnswer, ChatCall, ChatMedia, ResponsesAnswer, ResponsesItem } from './calls.js';
import { mediaMessage, outputOf, textOf } from './outputOf.js';

/** How calls are answered. */
export interface CallToolsOptions {
  /** Its abort ends the waiting for results, and never a task. */
  readonly signal?: AbortSignal | null | undefined;
  /**
   * Answers the calls of tools that are not of this toolset, with a text or with data; what it throws is an answer too.
   * @defaultValue they are refused
   */
  readonly others?: ((name: string, input: unknown) => unknown) | undefined;
  /**
   * Of chat-completions, whose tool messages take texts only: whether pictures and other files of results follow in a message of the user,
   * behind all answers. The model has to take them. In outputs of the Responses API they stand in any case. @defaultValue false
   */
  readonly media?: boolean | undefined;
}

const OPTIONS: Record<keyof CallToolsOptions, Option> = {
  signal: [undefined, A_SIGNAL], others: [undefined, A_FUNCTION], media: [false, A_BOOLEAN],
};

/**
 * Calls the tools that a model asked for, side by side, and answers with what goes back to it: for chat-completions the tool messages, for
 * the Responses API the outputs, in the order of the calls.
 *
 * Whatever a model sends is answered: an unknown tool and arguments that are no JSON are refusals that it can read.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { callTools } from 'sidestream/openai';
 * import { createToolset } from 'sidestream/tools';
 *
 * const toolset = createToolset(createSession(), { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });
 * const tool_calls = [{ id: 'call_1', type: 'function' as const, function: { name: 'delegate_task', arguments: '{"goal":"hello"}' } }];
 * const [answer] = await callTools(toolset, tool_calls); // those of choices[0].message, or the output of a response
 * console.log(answer?.role, answer?.tool_call_id, JSON.parse(answer?.content ?? '').summary); // tool call_1 hello
 * ```
 *
 * @throws InvalidArgumentError where the toolset or an option is not what it should be
 */
export function callTools(
  toolset: Tools, calls: readonly ChatCall[] | null | undefined, options: CallToolsOptions & { readonly media: true },
): Promise<(ChatAnswer | ChatMedia)[]>;
export function callTools(
  toolset: Tools, calls: readonly ChatCall[] | null | undefined, options?: CallToolsOptions,
): Promise<ChatAnswer[]>;
export function callTools(toolset: Tools, output: readonly ResponsesItem[], options?: CallToolsOptions): Promise<ResponsesAnswer[]>;
export async function callTools(
  toolset: Tools, calls: readonly (ChatCall | ResponsesItem)[] | null | undefined, options: CallToolsOptions = {},
): Promise<(ChatAnswer | ChatMedia | ResponsesAnswer)[]> {
  const { signal, ...rest } = options;
  const { others, media } = readOptions('the options of callTools', signal === null ? rest : options, OPTIONS) as CallToolsOptions;
  const tools = new Map(offered(toolset).map((tool) => [tool.name, tool]));
  const answered = async (name: string, text: unknown, id: string | undefined): Promise<unknown> => {
    try {
      const input = inputOf(name, text);
      const tool = tools.get(name);
      if (tool !== undefined) return await tool.call(input, signal, id);
      if (others !== undefined) return await answerOfOther(name, input, others);
      throw new InvalidArgumentError(`There is no tool ${JSON.stringify(headOf(name, 80))}. There are: ${[...tools.keys()].join(', ')}.`);
    } catch (error) {
      return refusalOf(error);
    }
  };
  const files: [string, Media][] = [];
  const answers = await Promise.all((calls ?? []).flatMap((call): Promise<ChatAnswer | ResponsesAnswer>[] => {
    if ('call_id' in call && call.type === 'function_call') {
      const { call_id: id, name, arguments: text } = call;
      const call_id = id ?? '';
      return [answered(name ?? '', text, call_id).then((answer) => ({ type: 'function_call_output', call_id, output: outputOf(answer) }))];
    }
    if (!('id' in call) || (call.type !== 'function' && !isCustom(call))) return [];
    const { id, function: { name, arguments: text } = { name: call.type, arguments: '{}' } } = call;
    return [answered(name, text, id).then((answer) => {
      for (const one of mediaOf(answer)) files.push([id, one]);
      return { role: 'tool', tool_call_id: id, content: textOf(answer) };
    })];
  }));
  return media === true && files.length > 0 ? [...answers, mediaMessage(files)] : answers;
}

/** A call of a tool that takes a text: it is not ours, but without an answer the next request would be refused. */
const isCustom = (call: ChatCall): boolean => call.type === 'custom' && 'custom' in call;

/** What the caller's own tool says, its failure included. */
async function answerOfOther(name: string, input: unknown, others: NonNullable<CallToolsOptions['others']>): Promise<string> {
  try {
    return textOf(await others(name, input));
  } catch (error) {
    return textOf({ ok: false, error: `${name} failed: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** Some models send nothing where a tool takes nothing. */
function inputOf(name: string, text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return text === '' ? {} : text;
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError(`The arguments of ${headOf(name, 80)} are no JSON. Send one JSON object.`);
  }
}
