import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { createSession, line, result, type AgentOutput, type Session } from '../../../src/index.js';
import { serveHttp, serveStdio, type HttpServing } from '../../../src/parents/mcp/index.js';
import { askHttp, eventsIn, initialize, TOKEN } from '../../support/parents/askHttp.js';
import { until } from '../../support/until.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all methods
type Answer = any;

const TASKS = 'io.modelcontextprotocol/tasks';
const announced = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { [TASKS]: {} } } } };
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let session: Session;
let ends: Map<string, Subject<AgentOutput>>;
const worker = ({ goal }: { readonly goal: string }) => {
  const end = new Subject<AgentOutput>();
  ends.set(goal, end);
  return end;
};
const options = () => ({
  agents: { worker: { agent: worker, description: 'Works.' } }, session: () => session = createSession({ cancelGrace: 50 }),
});
function finish(goal: string): void {
  ends.get(goal)!.next(result(`${goal} is done`));
  ends.get(goal)!.complete();
}

/** A connection, over either transport: what it answers to a request, and the notifications that came. */
interface Wire extends AsyncDisposable {
  send(method: string, params?: object): Promise<Answer>;
  readonly notified: Answer[];
}

async function overHttp(): Promise<Wire> {
  const server: HttpServing = await serveHttp({ token: TOKEN, ...options() });
  const { headers } = await askHttp(server.port, { body: initialize() }).whole;
  const known = { 'mcp-session-id': headers['mcp-session-id'] as string, 'mcp-protocol-version': '2025-11-25' };
  let id = 0;
  const notified: Answer[] = [];
  return {
    notified,
    async send(method, params = {}) {
      const asking = askHttp(server.port, { headers: known, body: { jsonrpc: '2.0', id: ++id, method, params } });
      let seen = 0;
      const look = (): void => {
        const whole = asking.text().slice(0, asking.text().lastIndexOf('\n\n') + 2);
        const messages = eventsIn(whole).flatMap(({ message }) => message === undefined ? [] : [message]);
        for (const message of messages.slice(seen)) if (message['method'] !== undefined) notified.push(message);
        seen = messages.length;
      };
      const timer = setInterval(look, 5);
      const { text } = await asking.whole.finally(() => { clearInterval(timer); });
      look();
      return eventsIn(text).map(({ message }) => message).find((message) => message?.['id'] !== undefined);
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function overStdio(): Promise<Wire> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const serving = await serveStdio({ stdin, stdout, ...options() });
  const notified: Answer[] = [];
  const answers = new Map<number, (answer: Answer) => void>();
  let text = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop()!;
    for (const each of lines) {
      const message: Answer = JSON.parse(each);
      if ('method' in message) notified.push(message);
      else answers.get(message.id as number)?.(message);
    }
  });
  let id = 0;
  const send = (method: string, params: object = {}) => new Promise<Answer>((resolve) => {
    answers.set(++id, resolve);
    stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
  });
  await send('initialize', (initialize() as { readonly params: object }).params);
  return { send, notified, [Symbol.asyncDispose]: () => serving.close() };
}

describe.each([['HTTP', overHttp], ['stdio', overStdio]])('the Tasks extension, over %s', (_, open) => {
  let wire: Wire;
  beforeEach(async () => {
    ends = new Map();
    wire = await open();
  });
  afterEach(async () => { await wire[Symbol.asyncDispose](); });

  const delegate = (goal: string, more: object = announced) =>
    wire.send('tools/call', { name: 'delegate_task', arguments: { goal, timeout: 300 }, ...more });
  const get = (taskId: string) => wire.send('tasks/get', { taskId, ...announced });
  const list = async (): Promise<Answer> => (await wire.send('tools/call', { name: 'list_tasks', arguments: {} })).result.structuredContent;

  it('should give a task where a call would wait, the same as everywhere, and its result once it has ended', async () => {
    const { result: created } = await delegate('one');
    expect(created).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null, createdAt: expect.stringMatching(ISO) });
    expect(created.taskId).toBe(session.list()[0]!.taskId);
    ends.get('one')!.next(line('page 3'));
    expect((await get(created.taskId)).result).toMatchObject({
      resultType: 'complete', taskId: created.taskId, status: 'working', statusMessage: 'running: page 3',
      lastUpdatedAt: expect.stringMatching(ISO), pollIntervalMs: expect.any(Number),
    });
    finish('one');
    const { result: done } = await get(created.taskId);
    expect(done).toMatchObject({ resultType: 'complete', status: 'completed', result: {
      content: [{ type: 'text' }], structuredContent: { ok: true, task_id: created.taskId, status: 'completed', summary: 'one is done' },
    } });
    // Told by that, and not again; asked for again it is the same.
    expect((await list()).ended).toBeUndefined();
    expect((await get(created.taskId)).result.result).toEqual(done.result);
  });

  it('should tell by the next answer what was not asked for', async () => {
    const { result: { taskId } } = await delegate('one');
    finish('one');
    expect((await list()).ended).toMatchObject([{ task_id: taskId, summary: 'one is done' }]);
  });

  it('should call a child that failed a result, as its tool does, and not a failure of the protocol', async () => {
    const { result: { taskId } } = await delegate('one');
    ends.get('one')!.error(new Error('broken'));
    expect((await get(taskId)).result).toMatchObject({
      status: 'completed', result: { structuredContent: { ok: true, status: 'failed', error: 'broken', code: 'agent_error' } },
    });
  });

  it('should cancel, and count that as heard', async () => {
    const { result: { taskId } } = await delegate('one');
    expect((await wire.send('tasks/cancel', { taskId, ...announced })).result).toEqual({ resultType: 'complete' });
    expect(session.get(taskId)!.snapshot().status).toBe('cancelled');
    expect((await list()).ended).toBeUndefined();
    expect((await get(taskId)).result).toMatchObject({ status: 'cancelled', statusMessage: 'cancelled by the client' });
    expect((await wire.send('tasks/cancel', { taskId, ...announced })).result).toEqual({ resultType: 'complete' });
  });

  it('should acknowledge what was not asked for, and refuse tasks that are not there', async () => {
    const { result: { taskId } } = await delegate('one');
    const given = { inputResponses: { name: { action: 'cancel' } }, ...announced };
    expect((await wire.send('tasks/update', { taskId, ...given })).result).toEqual({ resultType: 'complete' });
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      for (const wrong of ['worker-000000', '', undefined, 7, { a: 1 }]) {
        expect((await wire.send(method, { taskId: wrong, ...given })).error).toMatchObject({ code: -32602 });
      }
    }
    expect((await wire.send('tasks/result', { taskId, ...announced })).error).toMatchObject({ code: -32601 });
  });

  it('should be for those alone who announce it, with each request', async () => {
    const waiting = delegate('one', {});
    await until(() => ends.has('one'));
    finish('one');
    const plain = (await waiting).result;
    expect(plain.resultType).toBeUndefined();
    expect(plain.structuredContent).toMatchObject({ ok: true, status: 'completed' });
    const taskId = plain.structuredContent.task_id;
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel', 'subscriptions/listen']) {
      expect((await wire.send(method, { taskId, notifications: { taskIds: [taskId] } })).error).toMatchObject({
        code: -32021, data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
      });
    }
    const halfway = { _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { [TASKS]: true } } } };
    expect((await wire.send('tasks/get', { taskId, ...halfway })).error).toMatchObject({ code: -32021 });
  });

  it('should answer as a tool does where nothing is to be waited for', async () => {
    const refused = await wire.send('tools/call', { name: 'delegate_task', arguments: { goal: '' }, ...announced });
    expect(refused.result).toMatchObject({ isError: true, structuredContent: { ok: false } });
    const listed = await wire.send('tools/call', { name: 'list_tasks', arguments: {}, ...announced });
    expect(listed.result.structuredContent).toMatchObject({ ok: true, total: 0 });
  });

  it('should notify whoever listens, with the result, which counts as told', async () => {
    const { result: { taskId } } = await delegate('one');
    const listening = wire.send('subscriptions/listen', { notifications: { taskIds: [taskId, 'worker-000000'] }, ...announced });
    await until(() => wire.notified.length >= 2);
    finish('one');
    const { result: over } = await listening;
    const about = wire.notified.filter(({ method }) => method !== 'notifications/message');
    expect(about.map(({ method }): unknown => method)).toEqual([
      'notifications/subscriptions/acknowledged', 'notifications/tasks', 'notifications/tasks',
    ]);
    expect(about[0].params.notifications).toEqual({ taskIds: [taskId] });
    expect(about[1].params).toMatchObject({ taskId, status: 'working' });
    expect(about[2].params).toMatchObject({ taskId, status: 'completed', result: { structuredContent: { summary: 'one is done' } } });
    for (const { params } of about) expect(params._meta['io.modelcontextprotocol/subscriptionId']).toBe(over._meta[
      'io.modelcontextprotocol/subscriptionId']);
    expect((await list()).ended).toBeUndefined();
  });
});
