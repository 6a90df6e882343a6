import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { map } from 'rxjs';
import { collect, createSession, result, type Agent, type Question, type QuestionKind } from '../../../src/index.js';
import { createMcpServer, serveHttp, type McpOptions } from '../../../src/parents/mcp/index.js';
import { createToolset, type ToolsetOptions } from '../../../src/tools/index.js';
import { TOKEN } from '../../support/parents/askHttp.js';
import { person } from '../../support/parents/person.js';
import { until } from '../../support/until.js';

const ASKED: Readonly<Record<QuestionKind, Question>> = {
  text: { text: 'text' }, choice: { text: 'choice', options: ['a'] }, confirm: { text: 'confirm', kind: 'confirm' },
  permission: { text: 'permission', kind: 'permission' }, form: { text: 'form', schema: { type: 'object' } },
};
const KINDS = Object.keys(ASKED) as readonly QuestionKind[];

/** Asks by the kind that is its goal. */
const asker: Agent<unknown> = ({ goal }, _steering, { ask }) => ask(ASKED[goal as QuestionKind]).pipe(map((answer) => result(answer)));
const agents = { asker: { agent: asker, description: 'Asks.' } };

const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => { for (const close of closes.splice(0).reverse()) await close(); });

async function connected(tools: Partial<ToolsetOptions>, options: McpOptions = {}) {
  const session = createSession();
  const { client, shown } = person();
  const server = createMcpServer(session, createToolset(session, { agents, ...tools }), options);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  closes.push(() => session.close(), () => client.close());
  return { session, client, shown };
}

const call = async (client: Client, name: string, input: Record<string, unknown>): Promise<Record<string, unknown>> =>
  (await client.callTool({ name, arguments: input })).structuredContent as Record<string, unknown>;

/** Long enough for whatever is sent to arrive. */
const settle = () => new Promise((resolve) => { setTimeout(resolve, 30); });

describe('a form that nobody could show', () => {
  const a = { type: 'string' };

  it.each<[string, NonNullable<Question['schema']>]>([
    ['has no properties', { type: 'object', properties: null }],
    ['requires what is no list', { type: 'object', required: { length: 1 }, properties: { a } }],
    ['has orders to a terminal in its fields', { type: 'object', properties: { 'a\u001b[2J': a } }],
  ])('should be asked as JSON where it %s, and keep none of the others from being asked', async (_, schema) => {
    const { session, shown } = await connected({ mayAnswer: [] });
    session.delegate((_brief, _steering, { ask }) => ask({ text: 'form', schema }).pipe(map((answer) => result(answer))), { goal: 'x' });
    await until(() => shown.length === 1);
    expect(Object.keys(shown[0]!.params.requestedSchema.properties)).toEqual(['answer']);
    expect(shown[0]!.params.message).not.toContain('\u001b');
    session.tasks()[0]!.cancel();
    session.delegate(asker, { goal: 'permission' });
    await until(() => shown.length === 2);
  });
});

describe('the kinds that are put to the person, if nothing is said', () => {
  const cases: readonly (readonly [string, Partial<ToolsetOptions>, readonly QuestionKind[]])[] = [
    ['permission', {}, ['permission']],
    ['what `mayAnswer` leaves', { mayAnswer: ['text', 'permission'] }, ['choice', 'confirm', 'form']],
    ['all where the model may answer nothing', { mayAnswer: [] }, KINDS],
    ['all where it has no tool to answer by', { tools: ['delegate_task_async', 'collect_task'] }, KINDS],
    ['none where it may answer all', { mayAnswer: KINDS }, []],
  ];

  it.each(cases)('should be %s', async (_, tools, expected) => {
    const { session, shown } = await connected(tools);
    for (const kind of KINDS) {
      const task = session.delegate(asker, { goal: kind });
      await until(() => task.questions.length === 1);
      await settle();
      task.cancel();
      await settle();
    }
    expect(shown.map(({ params }) => KINDS.find((kind) => params.message.split('\n')[1] === kind))).toEqual(expected);
  });

  it.each([
    [{ mayAnswer: ['permission'] as const }, 'text', 'permission'],
    [{ mayAnswer: ['permission'] as const, elicit: ['permission'] as const }, 'permission', 'text'],
  ])('should be so over HTTP with %j', async (options, put, left) => {
    await using server = await serveHttp({ token: TOKEN, agents, ...options });
    const { client, shown } = person();
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
    }));
    closes.push(() => client.close());
    await call(client, 'delegate_task_async', { goal: left });
    await call(client, 'delegate_task_async', { goal: put });
    await until(() => shown.length === 1);
    await settle();
    expect(shown.map(({ params }) => params.message.split('\n')[1])).toEqual([put]);
  });
});

describe('a question that the person has dismissed', () => {
  it('should be put once more when the model tries to answer it, and by no other try', async () => {
    const { session, client, shown } = await connected({});
    const task = session.delegate(asker, { goal: 'permission' });
    const other = session.delegate(asker, { goal: 'text' });
    await until(() => shown.length === 1);
    shown[0]!.act({ action: 'cancel' });
    await settle();
    expect(await call(client, 'answer_task', { task_id: other.id, question_id: 'q99', answer: 'x' })).toMatchObject({ ok: false });
    expect(await call(client, 'answer_task', { task_id: task.id, question_id: 'q99', answer: 'x' })).toMatchObject({ ok: false });
    await settle();
    expect(shown).toHaveLength(1);
    expect(await call(client, 'answer_task', { task_id: task.id, answer: true })).toMatchObject({ ok: false, code: 'not_allowed' });
    await until(() => shown.length === 2);
    shown[1]!.accept('allow_once');
    expect(await collect(task)).toBe('allow_once');
    other.cancel();
  });
});
