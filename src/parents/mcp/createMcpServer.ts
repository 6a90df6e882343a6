import { concatMap, Subscription } from 'rxjs';
import { randomUUID } from 'node:crypto';
import type { Delegator } from '../../core/agent.js';
import { asksOf } from '../../core/asksOf.js';
import { headOf } from '../../core/cutText.js';
import { QUESTION_KINDS, type QuestionKind } from '../../core/question.js';
import { untilAborted } from '../../core/operators/untilAborted.js';
import { createInbox } from '../../inbox/createInbox.js';
import type { Inbox, InboxTurn, Sending, Sent } from '../../inbox/inbox.js';
import { AT_ONCE, withEndings } from '../../inbox/withEndings.js';
import { mediaOf } from '../../tools/answers/media/mediaOf.js';
import { jsonSchemaOf } from '../../tools/calls/jsonSchemaOf.js';
import { hearingOf } from '../../tools/hearing/hearingOf.js';
import type { ToolAnswer } from '../../tools/tool.js';
import { offered, type OfferedTool } from '../shared/offered.js';
import type { Tools } from '../shared/tools.js';
import { annotationsOf } from './annotations.js';
import { createElicitor } from './elicitation/createElicitor.js';
import { endingsOf } from './endingsOf.js';
import { readMcpOptions, type McpOptions } from './mcpOptions.js';
import { progressOf } from './progressOf.js';
import { contentOf } from './contentOf.js';
import { createReceipts, type Receipts, type Telling } from './receipts.js';
import {
  CallToolRequestSchema, ListToolsRequestSchema, McpServer, type CallToolResult, type McpTool, type RequestHandlerExtra,
  type RequestId, type ServerNotification, type ServerRequest,
} from './sdk.js';
import { announces } from './tasks/announced.js';
import { answerTasks, createdOf, type TaskHost } from './tasks/tasksExtension.js';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * A toolset as an MCP server: the official SDK's, to be connected to a transport of the SDK's.
 *
 * A call that waits sends progress where the host asks for it, and answers after 45 seconds at most. A host that cancels a call ends the
 * waiting, never the task. What has ended goes out as a log notification, for hosts that show them to their users, and is told to the model
 * with the next answer, as `ended` at its head, once: it counts as told when the transport has taken that answer.
 *
 * Where the host can ask its person (elicitation), what a child asks and the model may not answer is put to that person: see `elicit`.
 *
 * It is one connection's server, and the scope is its authority: give each connection a session of its own, and close that when the
 * connection is closed, as `serveStdio` and `serveHttp` do.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { createMcpServer } from 'sidestream/mcp';
 * import { createToolset } from 'sidestream/tools';
 * import { Client } from '@modelcontextprotocol/sdk/client/index.js';
 * import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
 *
 * const session = createSession();
 * const toolset = createToolset(session, {
 *   agents: { greeter: { agent: ({ goal }) => [`hello ${goal}`], description: 'Greets whomever the goal names.' } },
 * });
 * const server = createMcpServer(session, toolset);
 * const client = new Client({ name: 'host', version: '1' });
 * const [ours, theirs] = InMemoryTransport.createLinkedPair();
 * await Promise.all([server.connect(ours), client.connect(theirs)]);
 * const { structuredContent } = await client.callTool({ name: 'delegate_task', arguments: { goal: 'world' } });
 * console.log(structuredContent?.['summary']); // hello world
 * await client.close();
 * ```
 *
 * @param scope - what the toolset was made from
 * @throws InvalidArgumentError where an argument or an option is not what it should be
 */
export function createMcpServer(scope: Delegator, tools: Tools, options: McpOptions = {}): McpServer {
  const { name, version, instructions, maxWait, progressEvery, elicit } = readMcpOptions(options);
  const offers = new Map(offered(tools, { maxWait: maxWait / 1_000, joins: false }).map((tool) => [tool.name, tool]));
  const inbox = createInbox(scope);
  const receipts = createReceipts();
  // Requests of one connection are counted from nought, and a scope may have several connections, one after the other.
  const connection = randomUUID();
  let answers = 0;

  // A call is a turn of its own, so that those side by side leave one another alone.
  const begin = (): { readonly callId: string; readonly turn: InboxTurn } => {
    const callId = `${connection} ${answers++}`;
    const turn = inbox.turn();
    turn.send({}).answered([callId]);
    return { callId, turn };
  };

  const server = new McpServer({ name, version }, { capabilities: { logging: {} }, instructions });
  const protocol = server.server;
  protocol.registerCapabilities({ tools: {} });
  const isForPerson = (kind: QuestionKind): boolean => !offers.has(ANSWERS) || !asksOf(scope).isAnswered(kind);
  const elicitor = createElicitor(scope, server, elicit ?? QUESTION_KINDS.filter(isForPerson));
  // Its own handlers would check the input by themselves, and refuse it in words that help no model.
  protocol.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [...offers.values()].map((tool) => listed(tool, tools)) }));
  protocol.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = offers.get(params.name);
    if (tool === undefined) return resultOf({ ok: false, error: noSuchTool(params.name, [...offers.keys()]), code: 'invalid_argument' });
    const given = params.arguments ?? {};
    // Where the client knows what to do with a task, it is given one and need not wait.
    const isTask = params.name === 'delegate_task' && offers.has('collect_task') && announces(params);
    const input = isTask ? { ...given, timeout: 0 } : given;
    const progress = !isTask && waits(tool) ? sendProgress(scope, input, progressEvery, extra) : Subscription.EMPTY;
    const { callId, turn } = begin();
    const answer = await tool.call(input, extra.signal, callId).finally(() => { progress.unsubscribe(); });
    if (params.name === ANSWERS && !answer.ok) elicitor.answerTried(given);
    const task = isTask && answer['timed_out'] === true ? scope.get(String(answer['task_id'])) : undefined;
    if (task !== undefined) {
      turn.end();
      return createdOf(task);
    }
    // What it tells is kept before it goes out, where a store takes its time.
    const ready = extra.signal.aborted ? undefined : inbox.ready(AT_ONCE);
    if (ready !== undefined) await ready;
    return resultOf(withNews(answer, scope, inbox, { callId, turn, receipts, extra }));
  });

  const host: TaskHost = {
    scope,
    collect: async (task) => {
      const { callId, turn } = begin();
      const answer = await offers.get('collect_task')!.call({ task_id: task.id, timeout: 0 }, undefined, callId);
      const telling = tellingOf({ answers: () => [[callId, answer]] }, scope, inbox, turn);
      return {
        result: resultOf(answer),
        goesWith: ({ requestId, signal }) => { expectAnswer(receipts, requestId, signal, telling); },
        went: (out) => { telling[out ? 'answered' : 'failed'](); },
      };
    },
  };
  protocol.fallbackRequestHandler = ({ method, params }, { requestId, signal, sendNotification }) => {
    if (!offers.has('collect_task')) return answerTasks(host, '', params, { requestId, signal, notify: () => Promise.resolve() });
    return answerTasks(host, method, params, {
      requestId, signal,
      notify: (name, more) => sendNotification({ method: name as never, params: more as never }),
    });
  };

  let logging = Subscription.EMPTY;
  protocol.oninitialized = () => {
    logging.unsubscribe();
    logging = endingsOf(scope).pipe(concatMap((completions) => {
      const level = completions.some(({ status }) => status === 'failed') ? 'warning' : 'info';
      return server.sendLoggingMessage({ level, logger: name, data: { ended: completions } }, protocol.transport?.sessionId);
    })).subscribe({ error: ignore });
    elicitor.begin();
  };
  protocol.onclose = () => {
    logging.unsubscribe();
    elicitor.end();
    receipts.close();
  };

  const connect = protocol.connect.bind(protocol);
  protocol.connect = (transport) => {
    receipts.watch(transport);
    elicitor.watch(transport);
    return connect(transport);
  };
  return server;
}

/** The tool by which a model answers. */
const ANSWERS = 'answer_task';

const waits = ({ schema }: OfferedTool): boolean => Object.hasOwn(schema.properties ?? {}, 'timeout');

/** A tool as hosts list it. No host was seen that shows its model the schema of answers, so that costs no tokens. */
function listed({ name, description, schema }: OfferedTool, tools: Tools): McpTool {
  const { outputSchema } = Object.values(tools).find((tool) => tool.name === name) ?? {};
  return {
    name, description, inputSchema: schema as McpTool['inputSchema'],
    ...outputSchema === undefined ? {} : { outputSchema: jsonSchemaOf(outputSchema) as McpTool['outputSchema'] },
    ...annotationsOf(name),
  };
}

const noSuchTool = (name: string, names: readonly string[]): string =>
  `There is no tool ${headOf(name, 80)}. There are: ${names.join(', ')}.`;

const TOLD_SINCE = 'The connection was lost before this answer came, and what it told was told by a later one. Call again for the rest.';

interface Outgoing {
  readonly callId: string;
  readonly turn: InboxTurn;
  readonly receipts: Receipts;
  readonly extra: Extra;
}

/** Puts what has ended at the head of an answer, and has it and what the answer tells by itself heard when that has gone out. */
function withNews(
  answer: ToolAnswer, scope: Delegator, inbox: Inbox, { callId, turn, receipts, extra: { requestId, signal } }: Outgoing,
): ToolAnswer {
  // Who has gone is told nothing.
  if (signal.aborted) {
    turn.end();
    return answer;
  }
  const batch = inbox.lease(AT_ONCE);
  // What cannot be seen is the model's request: what its host has taken counts as read.
  const sent: Sent = { answers: () => [[callId, answer]], texts: () => batch === undefined ? [] : [batch.text] };
  const telling = tellingOf(sent, scope, inbox, turn);
  batch?.release();
  expectAnswer(receipts, requestId, signal, telling);
  return batch === undefined ? answer : withEndings(answer, batch, inbox);
}

/** What is sent within a turn, which is over when that has gone out or has not; it can be sent again. */
function tellingOf(sent: Sent, scope: Delegator, inbox: Inbox, turn: InboxTurn): Telling {
  const sendIn = (own: InboxTurn): Sending => {
    const sending = own.send(sent);
    const settle = (how: 'answered' | 'failed') => (): void => {
      sending[how]();
      own.end();
    };
    return { ...sending, answered: settle('answered'), failed: settle('failed') };
  };
  const sending = sendIn(turn);
  return {
    ...sending,
    again: () => {
      const hearing = hearingOf(scope);
      return sending.tells.some((task) => task.isHeard || hearing.isInHand(task)) ? undefined : sendIn(inbox.turn());
    },
    instead: () => resultOf({ ok: false, error: TOLD_SINCE, code: 'aborted' }),
  };
}

function expectAnswer(receipts: Receipts, requestId: RequestId, signal: AbortSignal, telling: Telling): void {
  receipts.expect(requestId, telling);
  signal.addEventListener('abort', () => { receipts.lose(requestId); }, { once: true });
}

const resultOf = (answer: ToolAnswer): CallToolResult => ({
  content: [{ type: 'text', text: JSON.stringify(answer) }, ...mediaOf(answer).map(contentOf)],
  structuredContent: answer,
  ...answer.ok ? {} : { isError: true },
});

function sendProgress(scope: Delegator, input: unknown, every: number, { _meta, signal, sendNotification }: Extra): Subscription {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return Subscription.EMPTY;
  return progressOf(scope, input, every).pipe(
    untilAborted(signal),
    concatMap((progress) => sendNotification({ method: 'notifications/progress', params: { progressToken, ...progress } })),
  ).subscribe({ error: ignore });
}

/** Whoever cannot be sent a notification is gone, or has asked for no more. */
const ignore = (): void => undefined;
