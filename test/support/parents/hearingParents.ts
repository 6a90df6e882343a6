import Anthropic from '@anthropic-ai/sdk';
import {
  HumanMessage, mapChatMessagesToStoredMessages, mapStoredMessagesToChatMessages, type BaseMessage, type StoredMessage,
} from '@langchain/core/messages';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { Agent, OpenAIProvider, Runner, type AgentInputItem } from '@openai/agents';
import { generateText, stepCountIs, streamText, type ModelMessage } from 'ai';
import { createAgent, createMiddleware, modelRetryMiddleware, type AgentMiddleware } from 'langchain';
import OpenAI from 'openai';
import { aiSteps, aiTools, type AiSteps } from '../../../src/parents/aiSdk/index.js';
import * as anthropic from '../../../src/parents/anthropic/index.js';
import { inboxHooks, langchainTools } from '../../../src/parents/langchain/index.js';
import { createMcpServer } from '../../../src/parents/mcp/index.js';
import * as openai from '../../../src/parents/openai/index.js';
import { openaiAgentsTools, withInbox } from '../../../src/parents/openaiAgents/index.js';
import { loopback } from '../../agents/model/support/loopback.js';
import { modelOf } from '../../parents/langchain/support/modelOf.js';
import type { ChatMessage } from '../modelServer/script.js';
import type { HearingParent, Opening } from './hearingSchedules.js';

/** Every wrapper's real loop, as people write it. */
export const hearingParents: Readonly<Record<string, HearingParent>> = {
  'AI SDK, generateText': { open: ({ inbox, server, saved = [], save }) => {
    const prepareStep = aiSteps(inbox);
    let history = saved as ModelMessage[];
    return async ({ prompt, steps, keep, retries, signal, tools }) => {
      const messages: ModelMessage[] = [...history, { role: 'user', content: prompt }];
      const result = await generateText({
        model: loopback(server), messages, tools: aiTools(tools), prepareStep: saving(prepareStep, messages, save),
        stopWhen: stepCountIs(steps), maxRetries: retries ? 1 : 0,
        abortSignal: signal,
      });
      if (keep) history = [...messages, ...prepareStep.history(result.steps)];
      save?.(history);
    };
  } },

  'AI SDK, streamText': { open: ({ inbox, server, saved = [], save }) => {
    const prepareStep = aiSteps(inbox);
    let history = saved as ModelMessage[];
    return async ({ prompt, steps, keep, signal, tools }) => {
      const messages: ModelMessage[] = [...history, { role: 'user', content: prompt }];
      const result = streamText({
        model: loopback(server), messages, tools: aiTools(tools), prepareStep: saving(prepareStep, messages, save),
        stopWhen: stepCountIs(steps), maxRetries: 0,
        abortSignal: signal, onError: () => undefined,
      });
      await result.consumeStream();
      const all = await result.steps;
      if (keep) history = [...messages, ...prepareStep.history(all)];
      save?.(history);
    };
  } },

  'OpenAI, chat-completions': { open: ({ inbox, server, saved = [], save }) => {
    const messages = saved as OpenAI.ChatCompletionMessageParam[];
    return (plan) => kept(messages, plan.keep, save, async () => {
      const client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: plan.retries ? 1 : 0 });
      messages.push({ role: 'user', content: plan.prompt });
      save?.(messages);
      for (let step = 0; step < plan.steps; step++) {
        const { choices: [choice] } = await openai.withInbox(inbox, messages, () => client.chat.completions.create(
          { model: 'loopback', messages, tools: openai.chatTools(plan.tools) }, { signal: plan.signal },
        ));
        messages.push(choice!.message);
        if (choice!.message.tool_calls === undefined) return;
        messages.push(...await openai.callTools(plan.tools, choice!.message.tool_calls, { signal: plan.signal }));
        save?.(messages);
        plan.signal.throwIfAborted();
      }
    });
  } },

  'OpenAI, Responses': { open: ({ inbox, server, saved = [], save }) => {
    const input = saved as OpenAI.Responses.ResponseInput;
    return (plan) => kept(input, plan.keep, save, async () => {
      const client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: plan.retries ? 1 : 0 });
      input.push({ role: 'user', content: plan.prompt });
      save?.(input);
      for (let step = 0; step < plan.steps; step++) {
        const { output } = await openai.withInbox(inbox, input, () => client.responses.create(
          { model: 'loopback', input, tools: openai.responsesTools(plan.tools), store: false }, { signal: plan.signal },
        ));
        input.push(...output as OpenAI.Responses.ResponseInput);
        const answers = await openai.callTools(plan.tools, output, { signal: plan.signal });
        if (answers.length === 0) return;
        input.push(...answers);
        save?.(input);
        plan.signal.throwIfAborted();
      }
    });
  } },

  'Anthropic, a loop of one’s own': { open: ({ inbox, server, saved = [], save }) => {
    const messages = saved as Anthropic.MessageParam[];
    return (plan) => kept(messages, plan.keep, save, async () => {
      const client = new Anthropic({ apiKey: 'none', baseURL: server.anthropicUrl, maxRetries: plan.retries ? 1 : 0, logLevel: 'off' });
      messages.push({ role: 'user', content: plan.prompt });
      save?.(messages);
      for (let step = 0; step < plan.steps; step++) {
        const reply = await anthropic.withInbox(inbox, messages, () => client.messages.create(
          { model: 'loopback', max_tokens: 100, messages, tools: anthropic.anthropicTools(plan.tools) }, { signal: plan.signal },
        ));
        messages.push({ role: 'assistant', content: reply.content });
        if (reply.stop_reason !== 'tool_use') return;
        messages.push({ role: 'user', content: await anthropic.callTools(plan.tools, reply.content, { signal: plan.signal }) });
        save?.(messages);
        plan.signal.throwIfAborted();
      }
    });
  } },

  'Anthropic, the tool runner': { open: ({ inbox, server, saved = [], save }) => {
    let history = saved as Anthropic.Beta.BetaMessageParam[];
    return async ({ prompt, steps, keep, retries, signal, tools }) => {
      const client = new Anthropic({ apiKey: 'none', baseURL: server.anthropicUrl, maxRetries: retries ? 1 : 0, logLevel: 'off' });
      const runner = client.beta.messages.toolRunner({
        model: 'loopback', max_tokens: 100, messages: [...history, { role: 'user', content: prompt }], max_iterations: steps,
        tools: anthropic.anthropicTools(tools),
      }, { signal });
      const turns = anthropic.turnsWithInbox(inbox, runner);
      while ((await turns.next()).done !== true) save?.(runner.params.messages);
      if (keep) history = [...runner.params.messages];
      save?.(history);
    };
  } },

  'LangChain': { open: ({ inbox, server, saved = [], save }) => {
    const hooks = createMiddleware(inboxHooks(inbox)) as AgentMiddleware;
    const again = modelRetryMiddleware({ maxRetries: 1, initialDelayMs: 1, jitter: false, retryOn: () => true }) as AgentMiddleware;
    const keeper = createMiddleware({
      name: 'keeper', beforeModel: ({ messages }) => { save?.(mapChatMessagesToStoredMessages(messages)); },
    }) as AgentMiddleware;
    let history: BaseMessage[] = mapStoredMessagesToChatMessages(saved as StoredMessage[]);
    return async ({ prompt, steps, keep, retries, signal, tools }) => {
      const agent = createAgent({
        model: modelOf(server), tools: langchainTools(tools), middleware: retries ? [again, hooks, keeper] : [hooks, keeper],
      });
      const { messages } = await agent.invoke(
        { messages: [...history, new HumanMessage(prompt)] }, { signal, recursionLimit: 5 * steps + 1 },
      );
      if (keep) history = messages;
      save?.(mapChatMessagesToStoredMessages(history));
    };
  } },

  'OpenAI Agents': { open: ({ inbox, server, saved = [], save }) => {
    let history = saved as AgentInputItem[];
    return async ({ prompt, steps, keep, retries, signal, tools }) => {
      const client = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: retries ? 1 : 0 });
      const runner = new Runner({
        tracingDisabled: true, model: 'loopback', modelProvider: new OpenAIProvider({ openAIClient: client as never, useResponses: false }),
      });
      const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(tools) });
      const input: AgentInputItem[] = [...history, { role: 'user', content: prompt }];
      const result = await withInbox(inbox, ({ callModelInputFilter }) => runner.run(agent, input, {
        signal, maxTurns: steps,
        callModelInputFilter: async (given) => {
          const sent = await callModelInputFilter(given);
          save?.(sent.input);
          return sent;
        },
      }));
      if (keep) history = result.history;
      save?.(history);
    };
  } },

  'MCP': { isBlind: true, open: ({ session, server, saved = [], save }) => {
    const messages = saved as ChatMessage[];
    return (plan) => kept(messages, plan.keep, save, async () => {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      const mcp = createMcpServer(session, plan.tools);
      const send = ours.send.bind(ours);
      let broke = (): void => undefined;
      ours.send = (message, options) => {
        if (!('result' in message) || !('structuredContent' in message.result) || !plan.breaks()) return send(message, options);
        setImmediate(broke);
        return Promise.reject(new Error('the line broke'));
      };
      const client = new Client({ name: 'host', version: '1' });
      await Promise.all([mcp.connect(ours), client.connect(theirs)]);
      const openaiClient = new OpenAI({ baseURL: server.url, apiKey: 'none', maxRetries: 9 });
      messages.push({ role: 'user', content: plan.prompt });
      save?.(messages);
      try {
        const { tools } = await client.listTools();
        for (let step = 0; step < plan.steps; step++) {
          const { choices: [choice] } = await openaiClient.chat.completions.create({
            model: 'loopback', messages: messages as never,
            tools: tools.map(({ name, inputSchema }) => ({ type: 'function', function: { name, parameters: inputSchema } })),
          }, { signal: plan.signal });
          messages.push(choice!.message as ChatMessage);
          if (choice!.message.tool_calls === undefined) return;
          for (const call of choice!.message.tool_calls) {
            const { name, arguments: input } = (call as { function: { name: string; arguments: string } }).function;
            const broken = new Promise<undefined>((resolve) => { broke = () => { resolve(undefined); }; });
            const answered = client.callTool({ name, arguments: JSON.parse(input) as Record<string, unknown> });
            const answer = await Promise.race([answered, broken]);
            answered.catch(() => undefined);
            const content = answer === undefined ? 'The line broke.' : (answer.content as { text: string }[])[0]!.text;
            messages.push({ role: 'tool', tool_call_id: call.id, content });
          }
          save?.(messages);
        }
      } finally {
        await client.close();
      }
    });
  } },
};

/** Keeps what is there before each step, with what its model was told at its place. */
const saving = (prepareStep: AiSteps, messages: readonly ModelMessage[], save: Opening['save']): AiSteps => Object.assign(
  (step: Parameters<AiSteps>[0]) => {
    save?.([...messages, ...prepareStep.history(step.steps as never)]);
    return prepareStep(step);
  },
  prepareStep,
);

/** What a turn adds to a list stays there only where it is to be kept, and its calls are answered. */
async function kept(messages: unknown[], keep: boolean, save: Opening['save'], turn: () => Promise<void>): Promise<void> {
  const before = messages.length;
  try {
    await turn();
    save?.(messages);
  } finally {
    if (!keep) messages.length = before;
  }
}
