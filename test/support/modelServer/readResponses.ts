import type { ChatMessage, ModelRequest } from './script.js';

/** One item of the input: a message, a call, or what a call came to. */
interface Item {
  readonly type?: string;
  readonly role?: ChatMessage['role'];
  readonly content?: ChatMessage['content'];
  readonly call_id?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly arguments?: string;
  readonly output?: unknown;
}

/**
 * A request of the Responses API as a script knows requests; calls that stand side by side are one message, and what has a namespace is
 * named `namespace.name`.
 */
export function readResponses(body: Readonly<Record<string, unknown>>): Pick<ModelRequest, 'messages' | 'tools'> {
  const { instructions, input = [], tools = [] } = body as {
    readonly instructions?: string | null;
    readonly input?: string | readonly Item[];
    readonly tools?: readonly { readonly name?: string; readonly tools?: readonly { readonly name: string }[] }[];
  };
  const messages: ChatMessage[] = instructions == null ? [] : [{ role: 'system', content: instructions }];
  for (const item of typeof input === 'string' ? [{ role: 'user', content: input } satisfies Item] : input) {
    const last = messages.at(-1);
    if (item.type === 'function_call') {
      const name = item.namespace === undefined ? item.name! : `${item.namespace}.${item.name!}`;
      const call = { id: item.call_id!, function: { name, arguments: item.arguments! } };
      if (last?.role === 'assistant') messages[messages.length - 1] = { ...last, tool_calls: [...last.tool_calls ?? [], call] };
      else messages.push({ role: 'assistant', tool_calls: [call] });
    } else if (item.type === 'function_call_output') {
      messages.push({ role: 'tool', tool_call_id: item.call_id!, content: contentOf(item.output) });
    } else if (item.role !== undefined) {
      messages.push({ role: item.role, content: item.content ?? '' });
    }
  }
  return {
    messages,
    // The provider's own, such as a search, have no name.
    tools: tools.flatMap(({ name, tools: within }) => name === undefined ? [] : within?.map((each) => `${name}.${each.name}`) ?? [name]),
  };
}

/** A text, or the parts of one. */
const contentOf = (output: unknown): NonNullable<ChatMessage['content']> => output as NonNullable<ChatMessage['content']>;
