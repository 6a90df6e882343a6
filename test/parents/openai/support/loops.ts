import OpenAI from 'openai';
import { callTools, chatTools, responsesTools, withInbox } from '../../../../src/parents/openai/index.js';
import { createInbox, type Inbox } from '../../../../src/inbox/index.js';
import { createSession } from '../../../../src/index.js';
import type { Tool } from '../../../../src/tools/index.js';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** What a parent on OpenAI's client is: the loop that everybody writes. */
export interface LoopOptions {
  readonly tools: Readonly<Record<string, Tool>>;
  readonly server: ModelServer;
  readonly prompt: string;
  readonly signal?: AbortSignal;
  readonly inbox?: Inbox;
  readonly streamed?: boolean;
  readonly strict?: boolean;
}

const clientOf = (server: ModelServer): OpenAI => new OpenAI({ baseURL: server.url, apiKey: 'sk-loopback', maxRetries: 0 });

const nothing = (): Inbox => createInbox(createSession());

/** Over chat-completions. */
export async function chatLoop(options: LoopOptions): Promise<string> {
  const { tools, server, prompt, signal, inbox = nothing(), streamed = false, strict = true } = options;
  const client = clientOf(server);
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
  for (;;) {
    const request = { model: 'loopback', messages, tools: chatTools(tools, { strict }) };
    const { choices: [choice] } = await withInbox(inbox, messages, async () => streamed
      ? client.chat.completions.stream(request, { signal }).finalChatCompletion()
      : client.chat.completions.create(request, { signal }));
    messages.push(choice!.message);
    if (choice!.message.tool_calls === undefined) return choice!.message.content ?? '';
    messages.push(...await callTools(tools, choice!.message.tool_calls, { signal }));
  }
}

/** Over the Responses API. */
export async function responsesLoop(options: LoopOptions): Promise<string> {
  const { tools, server, prompt, signal, inbox = nothing(), streamed = false, strict = true } = options;
  const client = clientOf(server);
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: prompt }];
  for (;;) {
    const request = { model: 'loopback', input, tools: responsesTools(tools, { strict }), store: false };
    const { output, output_text } = await withInbox(inbox, input, async (): Promise<OpenAI.Responses.Response> => streamed
      ? client.responses.stream(request, { signal }).finalResponse()
      : client.responses.create(request, { signal }));
    input.push(...output as OpenAI.Responses.ResponseInput);
    const answers = await callTools(tools, output, { signal });
    if (answers.length === 0) return output_text;
    input.push(...answers);
  }
}
