import type { AnthropicMessage, AnthropicRequest } from './anthropicRequest.js';

/** Conversations that the server keeps, by the message that each ends with so far; ids are unique, so one map serves all servers. */
const threads = new Map<string, readonly AnthropicMessage[]>();

/** The messages of a request, and before them those of the thread that it continues. */
export function wholeThread({ messages = [], thread }: AnthropicRequest): readonly AnthropicMessage[] {
  return thread?.type === 'continue' ? [...threads.get(thread.previous_message_id ?? '') ?? [], ...messages] : messages;
}

/** Keeps what was asked and what was answered, where the client wants a thread. */
export function keepThread(request: AnthropicRequest, id: string, content: AnthropicMessage['content']): void {
  if (request.thread !== undefined) threads.set(id, [...wholeThread(request), { role: 'assistant', content }]);
}
