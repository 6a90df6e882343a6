import { afterEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { HttpOptions, HttpServing } from '../../../src/parents/mcp/index.js';
import { askHttp, initialize, TOKEN } from '../../support/parents/askHttp.js';
import { serveNever, type ServedNever } from '../../support/parents/serveNever.js';
import { until } from '../../support/until.js';

let server: HttpServing;
let sessions: ServedNever['sessions'];
let errors: ServedNever['errors'];

async function serve(options: Partial<HttpOptions> = {}): Promise<void> {
  ({ server, sessions, errors } = await serveNever(options));
}

afterEach(() => server.close());

async function connected(): Promise<{ readonly client: Client; readonly transport: StreamableHTTPClientTransport }> {
  const client = new Client({ name: 'spec', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit });
  await client.connect(transport);
  return { client, transport };
}

/** Opens a session and leaves it, as a client does that is killed. */
async function comeAndGo(): Promise<string> {
  const { status, headers } = await askHttp(server.port, { body: initialize() }).whole;
  expect(status).toBe(200);
  return headers['mcp-session-id'] as string;
}

const call = (id: string, name: string, input: object = {}) => askHttp(server.port, {
  headers: { 'mcp-session-id': id }, body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } },
});

describe('the seats of serveHttp', () => {
  it.each([1, 2, 16])('should let everybody in who comes where %d come and go without DELETE', async (maxSessions) => {
    await serve({ maxSessions });
    for (let n = 0; n < 3 * maxSessions + 2; n++) {
      const { client } = await connected();
      expect((await client.listTools()).tools).toHaveLength(9);
      await client.close();
    }
  });

  it('should give up the seat that was idle for longest, end what it had started, say so, and refuse its id', async () => {
    await serve({ maxSessions: 3 });
    const ids = [await comeAndGo(), await comeAndGo(), await comeAndGo()];
    await call(ids[1]!, 'delegate_task_async', { goal: 'x' }).whole;
    // The first has been used since, so the second is the one.
    await call(ids[2]!, 'list_tasks').whole;
    await call(ids[0]!, 'list_tasks').whole;
    await comeAndGo();
    await until(() => sessions[1]!.list()[0]?.status === 'cancelled');
    expect(sessions[1]!.list()[0]!.outcome).toMatchObject({ reason: expect.stringContaining('another host needed the seat') });
    expect(errors.map(({ message }) => message))
      .toEqual([expect.stringMatching(/^A connection was ended, and with it its running tasks, 1: .*maxSessions: 3/)]);
    expect((await call(ids[1]!, 'list_tasks').whole).status).toBe(404);
    for (const id of [ids[0]!, ids[2]!]) expect((await call(id, 'list_tasks').whole).status).toBe(200);
  });

  it('should never give up the seat of whoever listens or waits for an answer', async () => {
    await serve({ maxSessions: 2 });
    const [listens, waits] = [await comeAndGo(), await comeAndGo()];
    const stream = askHttp(server.port, { method: 'GET', headers: { 'mcp-session-id': listens } });
    await stream.head;
    const asking = call(waits, 'delegate_task', { goal: 'x' });
    await asking.head;
    await until(() => sessions[1]!.list().length === 1);
    const refused = await askHttp(server.port, { body: initialize() }).whole;
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect(JSON.parse(refused.text).error.message).toContain('all of them in use');
    expect(sessions).toHaveLength(2);
    // A stream that has died listens no more.
    stream.request.destroy();
    await until(async () => (await askHttp(server.port, { body: initialize() }).whole).status === 200);
    expect((await call(listens, 'list_tasks').whole).status).toBe(404);
    expect((await call(waits, 'list_tasks').whole).status).toBe(200);
    asking.request.destroy();
  });

  it('should free a seat at once, however long the children of whoever had it take to end', async () => {
    await serve({
      maxSessions: 1,
      agents: { slow: { agent: () => new Promise<string>(() => undefined), description: 'Takes its time.' } },
    });
    const id = await comeAndGo();
    await call(id, 'delegate_task_async', { goal: 'x' }).whole;
    const began = performance.now();
    await comeAndGo();
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});
