import { HumanMessage, type BaseMessage } from '@langchain/core/messages';
import type { Batch, Inbox } from '../../inbox/inbox.js';

/** What `createMiddleware` of `langchain` takes. */
export interface InboxHooks {
  name: string;
  beforeModel: (state: { readonly messages: readonly BaseMessage[] }) => { messages: BaseMessage[] } | undefined;
  wrapModelCall: <Request extends { readonly messages: readonly BaseMessage[] }, Answer>(
    request: Request, handler: (request: Request) => Answer | Promise<Answer>,
  ) => Promise<Answer>;
}

/** A batch that stands in a history as a message. */
interface Told {
  readonly batch: Batch;
  /** Whether a request with it has failed. */
  failed: boolean;
}

/**
 * Middleware that tells an agent's model, before each of its calls, what has ended: `createMiddleware(inboxHooks(inbox))`.
 *
 * The message stays in the agent's history. Its batch is acknowledged when the model has answered to it; where the call fails it can be
 * tried again with that history, by a retry or a checkpoint, and comes back to the next run that starts from another.
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
  const told = new Map<string, Told>();
  return {
    name: 'sidestreamInbox',
    beforeModel: ({ messages }) => {
      const here = new Set(messages.map(({ id }) => id));
      for (const [id, { batch, failed }] of told) {
        // This history has not got it, so nobody will try again with it.
        if (failed && !here.has(id) && told.delete(id)) batch.release();
      }
      const batch = inbox.lease();
      if (batch === undefined) return undefined;
      const id = `sidestream-${batch.completions.map(({ task_id }) => task_id).join('-')}`;
      told.set(id, { batch, failed: false });
      return { messages: [new HumanMessage({ id, content: batch.text })] };
    },
    wrapModelCall: async (request, handler) => {
      const ids = request.messages.flatMap(({ id = '' }) => told.has(id) ? [id] : []);
      try {
        const answer = await handler(request);
        for (const id of ids) {
          told.get(id)?.batch.acknowledge();
          told.delete(id);
        }
        return answer;
      } catch (error) {
        for (const id of ids) {
          const one = told.get(id);
          if (one !== undefined) one.failed = true;
        }
        throw error;
      }
    },
  };
}
