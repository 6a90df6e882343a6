import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { generateText, stepCountIs, type LanguageModel, type ModelMessage } from 'ai';
import { firstValueFrom } from 'rxjs';
import { createSession, type Agent, type Session } from '../../../../src/index.js';
import { createInbox } from '../../../../src/inbox/index.js';
import { aiSteps, aiTools } from '../../../../src/parents/aiSdk/index.js';
import { createToolset } from '../../../../src/tools/index.js';

/** A chat product: a server over HTTP whose conversations have a scope, an inbox and a history each. */
export interface ChatServer extends AsyncDisposable {
  readonly session: Session;
  /** Sends a message of the user, and answers with the model's. */
  say(conversation: string, text: string): Promise<string>;
  /** What a page shows that is asked in a conversation. */
  questions(conversation: string): Promise<readonly { readonly id: string; readonly text: string }[]>;
  /** A person answers by the page. */
  answer(conversation: string, id: string, value: unknown): Promise<boolean>;
}

export async function createChatServer(model: LanguageModel, agent: Agent): Promise<ChatServer> {
  const session = createSession();
  const open = (id: string) => {
    const scope = session.scope({ name: id });
    const tools = aiTools(createToolset(scope, { agents: { planner: { agent, description: 'Plans what the goal says.' } } }));
    return { scope, tools, steps: aiSteps(createInbox(scope)), messages: [] as ModelMessage[] };
  };
  const conversations = new Map<string, ReturnType<typeof open>>();

  async function answerTo(method: string, path: string, body: Readonly<Record<string, unknown>>): Promise<unknown> {
    const [, id = '', what] = path.split('/');
    const conversation = conversations.get(id) ?? open(id);
    conversations.set(id, conversation);
    const { scope, tools, steps, messages } = conversation;
    const asked = await firstValueFrom(scope.questions);
    if (what === 'questions' && method === 'GET') return asked;
    if (what === 'questions') return asked.find((question) => question.id === body['id'])?.answer(body['value']) ?? { answered: false };
    messages.push({ role: 'user', content: String(body['text']) });
    const result = await generateText({ model, messages, tools, prepareStep: steps, stopWhen: stepCountIs(10), maxRetries: 0 });
    messages.push(...steps.history(result.steps));
    return { text: result.text };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const body = request.method === 'POST' ? await json(request) as Readonly<Record<string, unknown>> : {};
      response.end(JSON.stringify(await answerTo(request.method ?? '', request.url ?? '', body)));
    })().catch((error: unknown) => { response.writeHead(500).end(JSON.stringify({ error: String(error) })); });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(url + path, init);
    if (!response.ok) throw new Error(await response.text());
    return await response.json() as T;
  };
  return {
    session,
    say: async (conversation, text) => (await ask<{ readonly text: string }>(`/${conversation}/say`, { text })).text,
    questions: (conversation) => ask(`/${conversation}/questions`),
    answer: async (conversation, id, value) =>
      (await ask<{ readonly answered: boolean }>(`/${conversation}/questions`, { id, value })).answered,
    [Symbol.asyncDispose]: async () => {
      await session.close();
      await new Promise<void>((resolve) => {
        server.close(() => { resolve(); });
        server.closeAllConnections();
      });
    },
  };
}
