import type { Batch, Inbox } from '../../inbox/inbox.js';
import type { ToolRunner } from './toolRunner.js';

/** A whole reply, or a stream of one. */
type Turn = Reply | { finalMessage(): Promise<Reply> };

interface Reply {
  readonly role: 'assistant';
  readonly content: unknown;
  readonly stop_reason: string | null;
}

/**
 * The turns of a tool runner, whose model is told between them what has ended: before the first request, and behind the results of each
 * turn's calls.
 *
 * A batch is acknowledged when the model has replied to it, and comes back where the request fails or is never sent. After the last turn
 * nothing is told; that is for the next run, or for `inbox.deliver`.
 *
 * ```ts
 * import Anthropic from '@anthropic-ai/sdk';
 * import { createSession } from 'sidestream';
 * import { anthropicTools, turnsWithInbox } from 'sidestream/anthropic';
 * import { createInbox } from 'sidestream/inbox';
 * import { createToolset } from 'sidestream/tools';
 *
 * const session = createSession();
 * const toolset = createToolset(session, { agents: { echo: { agent: async ({ goal }) => goal, description: 'Repeats its goal.' } } });
 * const client = new Anthropic({ apiKey: 'none', maxRetries: 0, fetch: async (_, { body } = {}) => { // no network here
 *   const { messages } = JSON.parse(String(body)) as Anthropic.MessageCreateParams;
 *   console.log(messages.length, JSON.stringify(messages.at(-1)).includes('has ended')); // 2 true
 *   return Response.json({ role: 'assistant', content: [{ type: 'text', text: 'I see.' }], stop_reason: 'end_turn', usage: {} });
 * } });
 * await toolset.delegate_task_async.execute({ goal: 'hello' });
 * const runner = client.beta.messages.toolRunner({
 *   model: 'claude', max_tokens: 1000, messages: [{ role: 'user', content: 'Go on.' }], tools: anthropicTools(toolset),
 * });
 * for await (const { stop_reason } of turnsWithInbox(createInbox(session), runner)) console.log(stop_reason); // end_turn
 * ```
 */
export async function* turnsWithInbox<T extends Turn>(inbox: Inbox, runner: ToolRunner<T>): AsyncGenerator<T, void, undefined> {
  let inHand: Batch | undefined;
  const take = (): readonly { readonly type: 'text'; readonly text: string }[] => {
    inHand = inbox.lease();
    return inHand === undefined ? [] : [{ type: 'text', text: inHand.text }];
  };
  const heard = (): void => {
    inHand?.acknowledge();
    inHand = undefined;
  };
  try {
    const first = take();
    if (first.length > 0) runner.pushMessages({ role: 'user', content: first });
    for await (const turn of runner) {
      // Heard of even where the caller leaves the loop in its body.
      const reply = replyOf(turn).then((message) => { heard(); return message; });
      const answered = reply.catch(() => undefined);
      const before = runner.params.messages.length;
      yield turn;
      const message = await answered;
      // A reply that failed is the runner's to say, which it does next.
      if (message === undefined) continue;
      if (runner.params.messages.length === before) {
        if (message.stop_reason !== 'tool_use') continue;
        // Their results are kept by the runner, so no call runs twice; and what they tell by themselves is not in the batch.
        const results = await runner.generateToolResponse();
        const news = results === null ? [] : take();
        if (results === null || news.length === 0) continue;
        const answers = { role: 'user', content: [...results.content as [], ...news] } as const;
        runner.pushMessages({ role: 'assistant', content: message.content }, answers);
      } else if (runner.params.messages.at(-1)?.role === 'user') {
        // The caller has taken over the history; where it ends in calls, nothing may stand between them and their results.
        const news = take();
        if (news.length > 0) runner.pushMessages({ role: 'user', content: news });
      }
    }
  } finally {
    inHand?.release();
  }
}

const replyOf = async (turn: Turn): Promise<Reply> => 'finalMessage' in turn ? turn.finalMessage() : turn;
