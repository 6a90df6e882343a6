import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Session } from '../../../src/index.js';
import type { HttpOptions, HttpServing } from '../../../src/parents/mcp/index.js';
import { holdTime } from '../../support/holdTime.js';
import { TOKEN } from '../../support/parents/askHttp.js';
import { serveNever, type ServedNever } from '../../support/parents/serveNever.js';
import { until } from '../../support/until.js';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'spec', version: '1' } },
});
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
const GOOD = {
  'authorization': `Bearer ${TOKEN}`, 'content-type': 'application/json', 'accept': 'application/json, text/event-stream',
};

let server: HttpServing;
let sessions: ServedNever['sessions'];

async function serve(options: Partial<HttpOptions> = {}): Promise<void> {
  ({ server, sessions } = await serveNever(options));
}

beforeEach(() => serve({ maxBody: 4_096, maxSessions: 2 }));
afterEach(() => server.close());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By hand, because clients see to it that headers are right. */
function send({ method = 'POST', path = '/mcp', headers = {}, body = INITIALIZE }: Sent = {}): Promise<Answered> {
  const given = Object.entries({ ...GOOD, ...headers }).filter(([, value]) => value !== undefined);
  const all = Object.fromEntries(given) as Record<string, string>;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, method, path, headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
      response.once('end', () => { resolve({ status: response.statusCode!, headers: response.headers, text }); });
    });
    sent.once('error', reject);
    sent.end(method === 'POST' ? body : undefined);
  });
}

/** Writes to a bare connection, and answers with the status that came back, and whether the connection was closed. */
function write(...parts: readonly string[]): Promise<{ readonly status: number; readonly closed: boolean }> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => { for (const part of parts) socket.write(part); });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; }).on('error', () => undefined);
    socket.once('close', () => { resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), closed: true }); });
  });
}

async function connected(): Promise<{ readonly client: Client; readonly transport: StreamableHTTPClientTransport }> {
  const client = new Client({ name: 'spec', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit });
  await client.connect(transport);
  return { client, transport };
}

const head = (more: string): string =>
  `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\n`
  + `Accept: application/json, text/event-stream\r\n${more}\r\n`;

describe('serveHttp', () => {
  it('should let in who is right', async () => {
    const { status, headers } = await send();
    expect(status).toBe(200);
    expect(headers['mcp-session-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    expect(sessions).toHaveLength(1);
  });

  const refusals: readonly (readonly [string, () => Sent, number])[] = [
    ['no token', () => ({ headers: { authorization: undefined } }), 401],
    ['an empty token', () => ({ headers: { authorization: 'Bearer ' } }), 401],
    ['a wrong token', () => ({ headers: { authorization: `Bearer ${TOKEN.slice(0, -1)}x` } }), 401],
    ['the beginning of the token', () => ({ headers: { authorization: `Bearer ${TOKEN.slice(0, 16)}` } }), 401],
    ['more than the token', () => ({ headers: { authorization: `Bearer ${TOKEN}x` } }), 401],
    ['the token as a password', () => ({ headers: { authorization: `Basic ${TOKEN}` } }), 401],
    ['the token in the query', () => ({ path: `/mcp?token=${TOKEN}`, headers: { authorization: undefined } }), 401],
    ['a foreign Host', () => ({ headers: { host: `evil.example:${server.port}` } }), 403],
    ['a Host without the port', () => ({ headers: { host: '127.0.0.1' } }), 403],
    ['a Host of another port', () => ({ headers: { host: '127.0.0.1:1' } }), 403],
    ['a Host that only begins well', () => ({ headers: { host: `127.0.0.1:${server.port}.evil.example` } }), 403],
    ['a foreign Origin', () => ({ headers: { origin: 'https://evil.example' } }), 403],
    ['an Origin of null', () => ({ headers: { origin: 'null' } }), 403],
    ['an Origin on this machine', () => ({ headers: { origin: 'http://localhost:3000' } }), 403],
    ['another path', () => ({ path: '/' }), 404],
    ['PUT', () => ({ method: 'PUT' }), 405],
    ['OPTIONS', () => ({ method: 'OPTIONS' }), 405],
    ['an oversized body', () => ({ body: INITIALIZE + ' '.repeat(4_096) }), 413],
    ['no JSON', () => ({ body: '{' }), 400],
    ['no body', () => ({ body: '' }), 400],
    ['a body that is no message', () => ({ body: '{}' }), 400],
    ['another media type', () => ({ headers: { 'content-type': 'text/plain' } }), 415],
    ['a client that takes no stream', () => ({ headers: { accept: 'application/json' } }), 406],
    ['a request before there is a session', () => ({ body: LIST }), 400],
    ['an initialize among others', () => ({ body: `[${INITIALIZE},${LIST}]` }), 400],
    ['an unknown session', () => ({ headers: { 'mcp-session-id': '00000000-0000-4000-8000-000000000000' }, body: LIST }), 404],
    ['an unknown session to initialize', () => ({ headers: { 'mcp-session-id': 'mine' } }), 404],
    ['a stream without a session', () => ({ method: 'GET' }), 400],
    ['the end of no session', () => ({ method: 'DELETE', headers: { 'mcp-session-id': 'x' } }), 404],
  ];

  it.each(refusals)('should refuse %s, and start nothing', async (_, sent, status) => {
    const answered = await send(sent());
    expect(answered.status).toBe(status);
    const error = { code: expect.any(Number), message: expect.any(String) };
    expect(JSON.parse(answered.text)).toMatchObject({ jsonrpc: '2.0', id: null, error });
    expect(answered.text).not.toContain(TOKEN);
    expect(answered.headers['mcp-session-id']).toBeUndefined();
    if (status === 401) expect(answered.headers['www-authenticate']).toContain('Bearer');
    if (status === 405) expect(answered.headers['allow']).toBe('POST, GET, DELETE');
    // What the SDK refuses by itself comes after a session was made for it; that one is closed again.
    await Promise.all(sessions.map(async (session) => {
      expect(session.list()).toEqual([]);
      await until(() => isClosed(session));
    }));
    if (![406, 415].includes(status)) expect(sessions).toEqual([]);
  });

  it('should refuse a body that is oversized without saying so beforehand', async () => {
    const chunk = `${(2_048).toString(16)}\r\n${' '.repeat(2_048)}\r\n`;
    expect(await write(head('Transfer-Encoding: chunked\r\n'), chunk, chunk, chunk)).toEqual({ status: 413, closed: true });
    expect(sessions).toEqual([]);
  });

  it('should refuse a body that does not come, or comes too slowly', async () => {
    await server.close();
    await serve({ bodyTimeout: 200 });
    expect(await write(head('Content-Length: 200\r\n'))).toEqual({ status: 408, closed: true });
    expect(await write(head('Content-Length: 200\r\n'), '{"jsonrpc"')).toEqual({ status: 408, closed: true });
    expect(sessions).toEqual([]);
  });

  it('should refuse a head that does not come', async () => {
    await server.close();
    await serve({ bodyTimeout: 200 });
    expect(await write('POST /mcp HTTP/1.1\r\n')).toEqual({ status: 408, closed: true });
  });

  it('should refuse before a body is sent, where the client asks beforehand', async () => {
    const foreign = head('Expect: 100-continue\r\nContent-Length: 200\r\n').replace(TOKEN, 'x'.repeat(32));
    expect(await write(foreign)).toEqual({ status: 401, closed: true });
  });

  it('should let pages in whose origin is named', async () => {
    await server.close();
    await serve({ origins: ['http://localhost:6274'] });
    expect((await send({ headers: { origin: 'http://localhost:6274' } })).status).toBe(200);
    expect((await send({ headers: { origin: 'http://localhost:6275' } })).status).toBe(403);
  });

  it('should be bound to loopback, and take its other names', async () => {
    expect(server.url).toBe(`http://127.0.0.1:${server.port}/mcp`);
    const statuses: number[] = [];
    for (const name of ['localhost', 'LOCALHOST']) statuses.push((await send({ headers: { host: `${name}:${server.port}` } })).status);
    expect(statuses).toEqual([200, 200]);
  });

  it('should keep connections apart, and end with DELETE what one has started', async () => {
    const [one, other] = [await connected(), await connected()];
    const started = await one.client.callTool({ name: 'delegate_task_async', arguments: { goal: 'x' } });
    const { task_id } = started.structuredContent as { readonly task_id: string };
    const foreign = await other.client.callTool({ name: 'check_task', arguments: { task_id } });
    expect(foreign.structuredContent).toMatchObject({ code: 'task_not_found' });
    const [, second] = sessions;
    expect(sessions).toHaveLength(2);
    await one.transport.terminateSession();
    await until(() => isClosed(sessions[0]!));
    expect(sessions[0]!.get(task_id)!.snapshot()).toMatchObject({ status: 'cancelled', outcome: { reason: 'host_gone' } });
    expect(isClosed(second!)).toBe(false);
    expect((await other.client.listTools()).tools).toHaveLength(9);
    await one.client.close();
    await other.client.close();
  });

  it('should refuse more connections than there may be, until one ends', async () => {
    const [one, other] = [await connected(), await connected()];
    const refused = await send();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    expect(sessions).toHaveLength(2);
    await one.transport.terminateSession();
    await until(() => isClosed(sessions[0]!));
    expect((await send()).status).toBe(200);
    await one.client.close();
    await other.client.close();
  });

  it('should not let more in by asking for them all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 503, 503, 503, 503, 503, 503]);
  });

  it('should give up a connection that nobody uses, and end what it had started', async () => {
    using time = holdTime();
    await server.close();
    await serve({ sessionTimeout: 150 });
    const { headers } = await send();
    const id = headers['mcp-session-id'] as string;
    const call = (name: string) => send({
      headers: { 'mcp-session-id': id },
      body: JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name, arguments: { goal: 'x' } } }),
    });
    expect((await call('delegate_task_async')).text).toContain('"ok":true');
    await until(() => {
      // As often as it takes, since the server sees the end of a request a little after the client.
      time.advance(150);
      return isClosed(sessions[0]!);
    });
    expect(sessions[0]!.list()).toMatchObject([{ status: 'cancelled' }]);
    expect((await call('list_tasks')).status).toBe(404);
  });

  it('should keep a connection whose client listens, however long it is silent', async () => {
    await server.close();
    await serve({ sessionTimeout: 1_000 });
    const { client } = await connected();
    await new Promise((resolve) => { setTimeout(resolve, 2_500); });
    expect(isClosed(sessions[0]!)).toBe(false);
    await client.close();
    await until(() => isClosed(sessions[0]!));
  });

  it('should end every connection when it is closed', async () => {
    const { client } = await connected();
    await client.callTool({ name: 'delegate_task_async', arguments: { goal: 'x' } });
    await server.close();
    await server.closed;
    expect(sessions[0]!.list()).toMatchObject([{ status: 'cancelled' }]);
    await expect(fetch(server.url)).rejects.toThrow();
    await client.close();
  });

  it.each([
    [{ token: undefined }, 'Expected `token` to be a secret of at least 16'],
    [{ token: 'short' }, 'Expected `token` to be a secret of at least 16'],
    [{ token: 'sixteen letters and a blank' }, 'Expected `token` to be a secret'],
    [{ port: 70_000 }, 'Expected `port` to be a port'],
    [{ origins: ['*'] }, 'Expected `origins` to be a list of origins'],
    [{ agents: {} }, 'Expected `agents` to name at least one agent'],
    [{ host: '0.0.0.0' }, 'Unknown field `host`'],
    [{ maxWait: 'long' }, 'Expected `maxWait`'],
  ])('should refuse the options %j before it listens', async (options, sentence) => {
    await expect(serve(options as never)).rejects.toThrow(sentence);
  });
});

/** The events of a closed session are complete. */
function isClosed(session: Session): boolean {
  let closed = false;
  session.events.subscribe({ complete: () => { closed = true; } }).unsubscribe();
  return closed;
}
