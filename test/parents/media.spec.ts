import { HumanMessage, type ToolMessage } from '@langchain/core/messages';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Agent } from '@openai/agents';
import { generateText, stepCountIs } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { createAgent } from 'langchain';
import OpenAI from 'openai';
import { createSession, parts, result, type Part, type Session } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { aiSteps, aiTools } from '../../src/parents/aiSdk/index.js';
import { anthropicTools, callTools as callAnthropic, withInbox as withAnthropic } from '../../src/parents/anthropic/index.js';
import { createSdkServer } from '../../src/parents/claudeAgentSdk/index.js';
import { langchainTools } from '../../src/parents/langchain/index.js';
import { createMcpServer } from '../../src/parents/mcp/index.js';
import { callTools, chatTools, withInbox } from '../../src/parents/openai/index.js';
import { openaiAgentsTools } from '../../src/parents/openaiAgents/index.js';
import { createToolset, type Toolset } from '../../src/tools/index.js';
import { loopback } from '../agents/model/support/loopback.js';
import { createModelServer, type ModelServer } from '../support/modelServer/createModelServer.js';
import { PNG } from '../tools/support/pictures.js';
import { clientOf } from './anthropic/support/clientOf.js';
import { modelOf } from './langchain/support/modelOf.js';
import { runnerOf } from './openaiAgents/support/runnerOf.js';
import { responsesLoop } from './openai/support/loops.js';

const BASE64 = Buffer.from(PNG).toString('base64');
const PDF = Buffer.from('%PDF-1.7 of a kind');
const SUMMARY = 'Sales\n[image/png, 70 bytes, 1 × 1, sales.png]\n[application/pdf, 18 bytes, sales.pdf]\n[a/b, 3 bytes]';
const painted: readonly Part[] = [
  { type: 'text', text: 'Sales' },
  { type: 'image', mediaType: 'image/png', data: PNG, filename: 'sales.png' },
  { type: 'file', mediaType: 'application/pdf', data: PDF, filename: 'sales.pdf' },
  { type: 'file', mediaType: 'a/b', data: Uint8Array.from([1, 2, 3]) },
];

let session: Session;
let server: ModelServer;
let tools: Toolset;

beforeEach(async () => {
  session = createSession();
  tools = createToolset(session, { agents: { painter: { agent: () => result(parts(painted)), description: 'Paints.' } } });
  server = await createModelServer({
    script: ({ index }) => index % 2 === 0 ? { call: [{ name: 'delegate_task', input: { goal: 'paint' } }] } : { say: 'Seen.' },
  });
});

afterEach(async () => {
  await session.close();
  await server.close();
});

/** What the model was sent with the answer of the tool. */
const sent = (): string => JSON.stringify(server.visits[1]!.body);

/** In JSON that stands in JSON. */
const inJson = JSON.stringify(JSON.stringify(SUMMARY)).slice(1, -1);

describe('files of a result, where only text can be read', () => {
  it.each<[string, () => PromiseLike<unknown>]>([
    ['the AI SDK', () => generateText({ model: loopback(server), prompt: 'Go.', tools: aiTools(tools), stopWhen: stepCountIs(5) })],
    ['OpenAI Agents', () => runnerOf(server).run(new Agent({ name: 'lead', tools: openaiAgentsTools(tools) }), 'Go.')],
    ['LangChain', () => createAgent({ model: modelOf(server), tools: langchainTools(tools) })
      .invoke({ messages: [new HumanMessage('Go.')] })],
    ['chat-completions', () => chat(false)],
  ])('should be a line each: %s', async (_, run) => {
    await run();
    expect(sent()).toContain(inJson);
    expect(sent()).not.toContain(BASE64.slice(0, 40));
  });
});

/** A loop of one's own over chat-completions. */
async function chat(media: boolean): Promise<void> {
  const client = new OpenAI({ baseURL: server.url, apiKey: 'sk-loopback', maxRetries: 0 });
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Go.' }];
  const inbox = createInbox(session);
  for (;;) {
    const { choices: [choice] } = await withInbox(inbox, messages, () => client.chat.completions.create({
      model: 'loopback', messages, tools: chatTools(tools),
    }));
    messages.push(choice!.message);
    const calls = choice!.message.tool_calls;
    if (calls === undefined) return;
    messages.push(...media ? await callTools(tools, calls, { media: true }) : await callTools(tools, calls));
  }
}

describe('files of a result, as the parts of a framework', () => {
  it('should be content of the AI SDK, and told all the same', async () => {
    const prompts: unknown[] = [];
    const usage = { inputTokens: {}, outputTokens: {} };
    const model = new MockLanguageModelV3({ doGenerate: async ({ prompt }) => {
      prompts.push(prompt.at(-1));
      const content = prompts.length === 1
        ? [{ type: 'tool-call', toolCallId: 'c1', toolName: 'delegate_task', input: '{"goal":"paint"}' }]
        : [{ type: 'text', text: 'Seen.' }];
      const unified = prompts.length === 1 ? 'tool-calls' : 'stop';
      return Promise.resolve({ content, finishReason: { unified }, usage, warnings: [] } as never);
    } });
    const prepareStep = aiSteps(createInbox(session));
    await generateText({ model, prompt: 'Go.', tools: aiTools(tools, { media: true }), prepareStep, stopWhen: stepCountIs(5) });
    expect(prompts[1]).toMatchObject({ content: [{ output: { type: 'content', value: [
      { type: 'text', text: expect.stringContaining(JSON.stringify(SUMMARY)) },
      expect.objectContaining({ mediaType: 'image/png' }), expect.objectContaining({ mediaType: 'application/pdf', filename: 'sales.pdf' }),
      expect.objectContaining({ mediaType: 'a/b' }),
    ] } }] });
    expect(JSON.stringify(prompts[1])).toContain(BASE64);
    expect(session.unheard()).toEqual([]);
    expect(JSON.stringify(await aiTools(tools)['list_tasks']!.execute!({}, {} as never))).not.toContain(BASE64);
  });

  it('should be blocks of Anthropic’s, of the kinds that it takes', async () => {
    const messages: Parameters<ReturnType<typeof clientOf>['messages']['create']>[0]['messages'] = [{ role: 'user', content: 'Go.' }];
    const inbox = createInbox(session);
    for (;;) {
      const reply = await withAnthropic(inbox, messages, () => clientOf(server).messages.create({
        model: 'loopback', max_tokens: 100, messages, tools: anthropicTools(tools),
      }));
      if (reply.stop_reason !== 'tool_use') break;
      messages.push({ role: 'assistant', content: reply.content }, { role: 'user', content: await callAnthropic(tools, reply.content) });
    }
    expect(messages[2]!.content).toEqual([{ type: 'tool_result', tool_use_id: expect.any(String), content: [
      { type: 'text', text: expect.stringContaining(JSON.stringify(SUMMARY)) },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: BASE64 } },
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF.toString('base64') }, title: 'sales.pdf' },
    ] }]);
    expect(sent()).toContain(BASE64);
    expect(session.unheard()).toEqual([]);
  });

  it('should be blocks of the tool runner of Anthropic’s', async () => {
    await clientOf(server).beta.messages.toolRunner({
      model: 'loopback', max_tokens: 100, messages: [{ role: 'user', content: 'Go.' }], tools: anthropicTools(tools),
    });
    expect(sent()).toContain(`"source":{"type":"base64","media_type":"image/png","data":"${BASE64}"}`);
  });

  it('should be parts of an output of the Responses API', async () => {
    await responsesLoop({ tools, server, prompt: 'Go.', inbox: createInbox(session) });
    expect(server.visits[1]!.body['input']).toContainEqual({ type: 'function_call_output', call_id: expect.any(String), output: [
      { type: 'input_text', text: expect.stringContaining(JSON.stringify(SUMMARY)) },
      { type: 'input_image', image_url: `data:image/png;base64,${BASE64}`, detail: 'auto' },
      { type: 'input_file', filename: 'sales.pdf', file_data: `data:application/pdf;base64,${PDF.toString('base64')}` },
      { type: 'input_file', filename: 'file.b', file_data: 'data:a/b;base64,AQID' },
    ] });
    expect(session.unheard()).toEqual([]);
  });

  it('should follow the answers of chat-completions in a message of the user', async () => {
    await chat(true);
    const { messages } = server.visits[1]!.body as { readonly messages: readonly object[] };
    expect(messages.at(-2)).toMatchObject({ role: 'tool', content: expect.stringContaining(JSON.stringify(SUMMARY)) });
    expect(messages.at(-1)).toEqual({ role: 'user', content: [
      { type: 'text', text: expect.stringMatching(/^Files .*: sales\.png \(.+\), sales\.pdf \(.+\), file\.b \(.+\)$/) },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${BASE64}` } },
      { type: 'file', file: { filename: 'sales.pdf', file_data: `data:application/pdf;base64,${PDF.toString('base64')}` } },
      { type: 'file', file: { filename: 'file.b', file_data: 'data:a/b;base64,AQID' } },
    ] });
    expect(session.unheard()).toEqual([]);
  });

  it('should be parts of OpenAI’s Agents over Responses', async () => {
    await runnerOf(server, true).run(new Agent({ name: 'lead', tools: openaiAgentsTools(tools, { media: true }) }), 'Go.');
    expect(sent()).toContain(`"image_url":"data:image/png;base64,${BASE64}"`);
    expect(sent()).toContain('"filename":"sales.pdf"');
    expect(sent()).toContain(inJson);
  });

  it('should be blocks and an artifact of LangChain’s', async () => {
    const call = { name: 'delegate_task', args: { goal: 'paint' }, id: 'c1', type: 'tool_call' } as const;
    const [plainly, shown] = await Promise.all([{}, { media: true }].map((options) =>
      langchainTools(tools, options).find(({ name }) => name === 'delegate_task')!.invoke(call) as Promise<ToolMessage>));
    expect(JSON.parse(plainly!.text)).toMatchObject({ summary: SUMMARY });
    expect(plainly!.content).toEqual(expect.any(String));
    for (const message of [plainly, shown]) expect(message).toMatchObject({ artifact: { media: [{ data: PNG }, {}, {}] } });
    expect(shown!.content).toMatchObject([
      { type: 'text' }, { type: 'image', mime_type: 'image/png', data: BASE64 },
      { type: 'file', mime_type: 'application/pdf', metadata: { filename: 'sales.pdf' } }, { type: 'file', mime_type: 'a/b' },
    ]);
    await createAgent({ model: modelOf(server), tools: langchainTools(tools, { media: true }) })
      .invoke({ messages: [new HumanMessage('Go.')] });
    expect(sent()).toContain(inJson);
  });

  it.each<[string, () => { connect(transport: InMemoryTransport): Promise<void> }]>([
    ['MCP', () => createMcpServer(session, tools)], ['the Claude Agent SDK', () => createSdkServer(session, tools).instance],
  ])('should be content of %s', async (_, make) => {
    const client = new Client({ name: 'host', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await Promise.all([make().connect(ours), client.connect(theirs)]);
    // What has ended meanwhile stands at the head of the answer, and takes no file away.
    session.delegate(() => ['a'], { goal: 'end' });
    const { content, structuredContent } = await client.callTool({ name: 'delegate_task', arguments: { goal: 'paint' } });
    expect(structuredContent).toMatchObject({ ended: [{ summary: 'a' }], summary: SUMMARY });
    expect(content).toEqual([
      { type: 'text', text: JSON.stringify(structuredContent) },
      { type: 'image', mimeType: 'image/png', data: BASE64 },
      { type: 'resource', resource: { uri: 'sidestream:///sales.pdf', mimeType: 'application/pdf', blob: PDF.toString('base64') } },
      { type: 'resource', resource: { uri: 'sidestream:///file.b', mimeType: 'a/b', blob: 'AQID' } },
    ]);
    await client.close();
  });
});
