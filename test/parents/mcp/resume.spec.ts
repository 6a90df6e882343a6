import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Subject } from 'rxjs';
import { createSession, line, result, type AgentOutput, type Session } from '../../../src/index.js';
import { serveHttp, type HttpServing } from '../../../src/parents/mcp/index.js';
import { askHttp, eventsIn, initialize, TOKEN } from '../../support/parents/askHttp.js';
import { until } from '../../support/until.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools
type Answer = any;

let server: HttpServing;
let session: Session;
let ends: Map<string, Subject<AgentOutput>>;

beforeEach(async () => {
  ends = new Map();
  const worker = ({ goal }: { readonly goal: string }) => {
    const end = new Subject<AgentOutput>();
    ends.set(goal, end);
    return end;
  };
  server = await serveHttp({
    token: TOKEN, progressEvery: 30, agents: { worker: { agent: worker, description: 'Works.' } },
    session: () => session = createSession(),
  });
});
afterEach(() => server.close());

async function opened(version?: string): Promise<{ readonly [name: string]: string }> {
  const { headers } = await askHttp(server.port, { body: initialize(version) }).whole;
  const known = { 'mcp-session-id': headers['mcp-session-id'] as string, 'mcp-protocol-version': version ?? '2025-11-25' };
  await askHttp(server.port, { headers: known, body: { jsonrpc: '2.0', method: 'notifications/initialized' } }).whole;
  return known;
}

let nextId = 0;
const ask = (headers: Readonly<Record<string, string>>, name: string, input: object = {}) => askHttp(server.port, {
  headers,
  body: { jsonrpc: '2.0', id: ++nextId, method: 'tools/call', params: { name, arguments: input, _meta: { progressToken: nextId } } },
});
const call = async (headers: Readonly<Record<string, string>>, name: string, input: object = {}): Promise<Answer> =>
  answerIn((await ask(headers, name, input).whole).text);
const answerIn = (text: string): Answer =>
  (eventsIn(text).find(({ message }) => message?.['result'] !== undefined)?.message?.['result'] as Answer)?.structuredContent;

/** Waits for a task whose end comes when the line is dead. Answers with the last event id that came over it. */
async function dieWaiting(
  headers: Readonly<Record<string, string>>, goal: string,
): Promise<{ readonly id: string; readonly last?: string }> {
  const { task_id: id } = await call(headers, 'delegate_task_async', { goal });
  const waiting = ask(headers, 'collect_task', { task_id: id });
  await until(() => eventsIn(waiting.text()).some(({ message }) => message?.['method'] === 'notifications/progress'));
  const last = eventsIn(waiting.text()).at(-1)?.id;
  waiting.request.destroy();
  // That it has gone is seen when a further notification goes nowhere.
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  finish(goal);
  await until(() => session.get(id)!.snapshot().status === 'completed');
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  return { id, ...last === undefined ? {} : { last } };
}

function finish(goal: string): void {
  ends.get(goal)!.next(line(`the end of ${goal}`));
  ends.get(goal)!.next(result(`${goal} is done`));
  ends.get(goal)!.complete();
}

describe('a socket that dies during a call', () => {
  it.each(['2025-06-18', '2025-11-25'])('should have told nothing: the next answer tells it, once (%s)', async (version) => {
    const headers = await opened(version);
    const { id } = await dieWaiting(headers, 'one');
    expect((await call(headers, 'list_tasks')).ended).toMatchObject([{ task_id: id, summary: 'one is done' }]);
    expect((await call(headers, 'list_tasks')).ended).toBeUndefined();
  });

  it('should have told nothing of what its answer bore at its head either', async () => {
    const headers = await opened();
    const { task_id: other } = await call(headers, 'delegate_task_async', { goal: 'other' });
    const { task_id: id } = await call(headers, 'delegate_task_async', { goal: 'one' });
    const waiting = ask(headers, 'collect_task', { task_id: id });
    await until(() => waiting.text() !== '');
    finish('other');
    waiting.request.destroy();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    finish('one');
    const told: string[] = [];
    await until(async () => {
      for (const { task_id } of (await call(headers, 'list_tasks')).ended ?? []) told.push(task_id as string);
      return told.length >= 2;
    });
    for (let n = 0; n < 3; n++) expect((await call(headers, 'list_tasks')).ended).toBeUndefined();
    expect(told.sort()).toEqual([other, id].sort());
  });

  it('should have told what the client comes back for, and that once', async () => {
    const headers = await opened();
    const { id, last } = await dieWaiting(headers, 'one');
    expect(last).toBeDefined();
    const resumed = await askHttp(server.port, { method: 'GET', headers: { ...headers, 'last-event-id': last! } }).whole;
    expect(resumed.status).toBe(200);
    expect(answerIn(resumed.text)).toMatchObject({ task_id: id, summary: 'one is done' });
    expect((await call(headers, 'list_tasks')).ended).toBeUndefined();
  });

  it('should not tell again to a client that comes back what the next answer has told', async () => {
    const headers = await opened();
    const { id, last } = await dieWaiting(headers, 'one');
    expect((await call(headers, 'list_tasks')).ended).toMatchObject([{ task_id: id }]);
    const resumed = await askHttp(server.port, { method: 'GET', headers: { ...headers, 'last-event-id': last! } }).whole;
    expect(answerIn(resumed.text)).toMatchObject({ ok: false, code: 'aborted', error: expect.stringContaining('Call again') });
    expect(await call(headers, 'collect_task', { task_id: id })).toMatchObject({ summary: 'one is done' });
  });

  it('should leave what is still to come to a client that comes back before the end', async () => {
    const headers = await opened();
    const { task_id: id } = await call(headers, 'delegate_task_async', { goal: 'one' });
    const waiting = ask(headers, 'collect_task', { task_id: id });
    await until(() => eventsIn(waiting.text()).some(({ message }) => message !== undefined));
    const seen = eventsIn(waiting.text());
    waiting.request.destroy();
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    const resumed = askHttp(server.port, { method: 'GET', headers: { ...headers, 'last-event-id': seen.at(-1)!.id! } });
    await resumed.head;
    await until(() => resumed.text().includes('notifications/progress'));
    finish('one');
    const { text } = await resumed.whole;
    expect(answerIn(text)).toMatchObject({ task_id: id, summary: 'one is done' });
    // What was missed comes, and nothing twice.
    const ids = [...seen, ...eventsIn(text)].map((event) => event.id).filter((each) => each !== undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect((await call(headers, 'list_tasks')).ended).toBeUndefined();
  });
});

describe('streams that are gone on with', () => {
  it('should be refused behind an event id that is not known', async () => {
    const headers = await opened();
    for (const last of ['nonsense', '7-nothing', `999999-${'x'.repeat(2_000)}`, '1-00000000-0000-4000-8000-000000000000']) {
      const { status } = await askHttp(server.port, { method: 'GET', headers: { ...headers, 'last-event-id': last } }).whole;
      expect(status).toBe(400);
    }
  });

  it('should bring the official client its answer over a line that breaks again and again, and tell it once', async () => {
    const lines = new Set<AbortController>();
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
      fetch: (url, init) => {
        const line = new AbortController();
        lines.add(line);
        return fetch(url, { ...init, signal: AbortSignal.any([line.signal, ...init?.signal == null ? [] : [init.signal]]) });
      },
      reconnectionOptions: { initialReconnectionDelay: 20, maxReconnectionDelay: 20, reconnectionDelayGrowFactor: 1, maxRetries: 50 },
    });
    const client = new Client({ name: 'spec', version: '1' });
    await client.connect(transport);
    const structured = async (name: string, input: Record<string, unknown> = {}, heard?: () => void): Promise<Answer> =>
      (await client.callTool({ name, arguments: input }, undefined, heard === undefined ? {} : { onprogress: heard })).structuredContent;
    const { task_id } = await structured('delegate_task_async', { goal: 'one' });
    let heard = 0;
    const waiting = structured('collect_task', { task_id }, () => { heard += 1; });
    for (let cuts = 0; cuts < 4; cuts++) {
      const before = heard;
      await until(() => heard > before);
      for (const line of lines) line.abort();
      lines.clear();
    }
    finish('one');
    expect(await waiting).toMatchObject({ task_id, summary: 'one is done' });
    expect((await structured('list_tasks')).ended).toBeUndefined();
    await client.close();
  });
});
