import type { Inbox, Sending } from '../../inbox/inbox.js';
import { reading } from './reading.js';
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
 * It is told when the model has replied to it, and so is what the tools tell in their answers; where the request fails or is never sent, it
 * is told again, unless it stands in the messages of the next run. After the last turn nothing is told; that is for the next run, or for
 * `inbox.deliver`.
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
  const loop = inbox.turn();
  let request: Sending | undefined;
  /** What is to be told beside what is sent next in any case. */
  const take = (messages: readonly object[]): readonly TextBlock[] =>
    loop.take(reading.sentOf(messages)).map(({ text }) => ({ type: 'text', text }));
  const ready = (messages: readonly object[]): Promise<void> | undefined => loop.ready(reading.sentOf(messages));
  const send = (messages: readonly object[]): void => { request = loop.send(reading.sentOf(messages)); };
  const pushed = (news: readonly TextBlock[]): void => {
    if (news.length > 0) runner.pushMessages({ role: 'user', content: news });
    send(runner.params.messages);
  };
  try {
    const isReady = ready(runner.params.messages);
    if (isReady !== undefined) await isReady;
    pushed(take(runner.params.messages));
    for await (const turn of runner) {
      // Heard of even where the caller leaves the loop in its body.
      const mine = request;
      const reply = replyOf(turn).then((message) => {
        mine?.answered(reading.callsOf(message));
        return message;
      });
      const answered = reply.catch(() => undefined);
      const before = runner.params.messages.length;
      yield turn;
      const message = await answered;
      // A reply that failed is the runner's to say, which it does next.
      if (message === undefined) continue;
      if (runner.params.messages.length === before) {
        if (message.stop_reason !== 'tool_use') continue;
        // Their results are kept by the runner, so no call runs twice.
        const results = await runner.generateToolResponse();
        if (results === null) continue;
        const asked = { role: 'assistant', content: message.content } as const;
        const sent = [...runner.params.messages, asked, { role: 'user', content: results.content }];
        const kept = ready(sent);
        if (kept !== undefined) await kept;
        const news = take(sent);
        if (news.length === 0) send(sent);
        else {
          runner.pushMessages(asked, { role: 'user', content: [...results.content as [], ...news] });
          send(runner.params.messages);
        }
      } else {
        // The caller has taken over the history; where it ends in calls, nothing may stand between them and their results.
        const { messages } = runner.params;
        const isOpen = messages.at(-1)?.role !== 'user';
        const kept = isOpen ? loop.ready() : ready(messages);
        if (kept !== undefined) await kept;
        pushed(isOpen ? [] : take(messages));
      }
    }
  } finally {
    request?.failed();
    loop.end();
  }
}

interface TextBlock {
  readonly type: 'text';
  readonly text: string;
}

const replyOf = async (turn: Turn): Promise<Reply> => 'finalMessage' in turn ? turn.finalMessage() : turn;
