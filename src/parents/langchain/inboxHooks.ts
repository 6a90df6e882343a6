import { HumanMessage, type BaseMessage } from '@langchain/core/messages';
import type { Inbox, Sent } from '../../inbox/inbox.js';
import { createHand, type Hand } from '../shared/hand.js';
import { textsIn } from '../shared/textsIn.js';

type News = { messages: BaseMessage[] } | undefined;

/** What `createMiddleware` of `langchain` takes. */
export interface InboxHooks {
  name: string;
  beforeModel: (state: { readonly messages: readonly BaseMessage[] }) => News | Promise<News>;
  wrapModelCall: <Request extends { readonly messages: readonly BaseMessage[] }, Answer>(
    request: Request, handler: (request: Request) => Answer | Promise<Answer>,
  ) => Promise<Answer>;
}

/**
 * Middleware that tells an agent's model, before each of its calls, what has ended: `createMiddleware(inboxHooks(inbox))`.
 *
 * The message stays in the agent's history. It is told when the model has answered to it, and so is what the tools tell in their answers;
 * where the call fails it can be tried again with that history, by a retry or a checkpoint, and the next run that starts from another is
 * told again.
 *
 * ```ts
 * import { createAgent, createMiddleware, FakeToolCallingModel } from 'langchain';
 * import { createSession } from 'sidestream';
 * import { inboxHooks, langchainTools } from 'sidestream/langchain';
 * import { createInbox } from 'sidestream/inbox';
 * import { createToolset } from 'sidestream/tools';
 *
 * const session = createSession();
 * const toolset = createToolset(session, { agents: { echo: { agent: async ({ goal }) => goal, description: 'Repeats its goal.' } } });
 * const agent = createAgent({
 *   model: new FakeToolCallingModel({ toolCalls: [[]] }), // one of yours
 *   tools: langchainTools(toolset),
 *   middleware: [createMiddleware(inboxHooks(createInbox(session)))],
 * });
 * await toolset.delegate_task_async.execute({ goal: 'hello' });
 * const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'Go on.' }] });
 * console.log(messages[1]?.text.split('\n')[0]); // A background task has ended.
 * ```
 */
export function inboxHooks(inbox: Inbox): InboxHooks {
  const inHand = new Set<Hand>();
  const history = inbox.turn();
  return {
    name: 'sidestreamInbox',
    beforeModel: ({ messages }) => {
      for (const hand of inHand) hand.giveUp();
      const ready = history.ready(sentOf(messages));
      const take = (): News => {
        const news = history.take(sentOf(messages));
        const told = news.map(({ id, text }) => new HumanMessage({ id: `sidestream-${id}`, content: text }));
        return told.length === 0 ? undefined : { messages: told };
      };
      return ready === undefined ? take() : ready.then(take);
    },
    wrapModelCall: async (request, handler) => {
      const sending = inbox.turn().send(sentOf(request.messages));
      // It may be a further try, whose first is waited for no more.
      for (const hand of inHand) hand.giveUp();
      const hand = createHand((calls) => {
        inHand.delete(hand);
        sending.answered(calls);
      }, () => {
        inHand.delete(hand);
        sending.failed();
      });
      inHand.add(hand);
      try {
        const answer = await handler(request);
        hand.answered(callsOf(answer));
        return answer;
      } catch (error) {
        hand.failed({ isRetryable: true });
        throw error;
      }
    },
  };
}

/** The calls that an answer asks for. */
function callsOf(answer: unknown): readonly string[] {
  const { tool_calls } = Object(answer) as { readonly tool_calls?: unknown };
  const calls: readonly { readonly id?: string }[] = Array.isArray(tool_calls) ? tool_calls : [];
  return calls.flatMap(({ id }) => id === undefined ? [] : [id]);
}

/** Where messages tell what has ended. */
const sentOf = (messages: readonly BaseMessage[]): Sent => ({
  *answers() {
    for (const message of messages) {
      const { tool_call_id } = message as BaseMessage & { readonly tool_call_id?: string };
      if (tool_call_id !== undefined) yield [tool_call_id, textsIn(message.content)];
    }
  },
  *texts() {
    for (const message of messages) if (message.type === 'human') yield message.text;
  },
});
