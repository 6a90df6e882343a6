import type { AnthropicBlock, AnthropicContent, AnthropicMessage, AnthropicRequest } from './anthropicRequest.js';
import { wholeThread } from './anthropicThreads.js';
import type { ChatMessage } from './script.js';

const blocksOf = (content: AnthropicContent = []): readonly AnthropicBlock[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

const textOf = (blocks: readonly AnthropicBlock[]): string => blocks.map(({ text = '' }) => text).join('');

/** A request of Anthropic's Messages API as a script knows requests. */
export function readAnthropic(body: AnthropicRequest): { readonly messages: readonly ChatMessage[]; readonly tools: readonly string[] } {
  const { system, tools = [] } = body;
  const first: readonly ChatMessage[] = system === undefined ? [] : [{ role: 'system', content: textOf(blocksOf(system)) }];
  return {
    messages: [...first, ...wholeThread(body).flatMap(({ role, content }) => messagesOf(role, blocksOf(content)))],
    tools: tools.flatMap(({ name }) => name ?? []),
  };
}

/** What a user's message has besides answers of tools is a message of its own, behind them. */
function messagesOf(role: AnthropicMessage['role'], blocks: readonly AnthropicBlock[]): readonly ChatMessage[] {
  const answers = blocks.filter(({ type }) => type === 'tool_result')
    .map<ChatMessage>(({ tool_use_id = '', content }) => ({ role: 'tool', tool_call_id: tool_use_id, content: textOf(blocksOf(content)) }));
  const tool_calls = blocks.filter(({ type }) => type === 'tool_use')
    .map(({ id = '', name = '', input }) => ({ id, function: { name, arguments: JSON.stringify(input ?? {}) } }));
  const words = textOf(blocks.filter(({ type }) => type === 'text'));
  if (answers.length > 0 && words === '') return answers;
  return [...answers, { role, content: words, ...tool_calls.length === 0 ? {} : { tool_calls } }];
}
