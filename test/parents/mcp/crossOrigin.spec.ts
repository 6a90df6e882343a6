import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { serveHttp, type HttpServing } from '../../../src/parents/mcp/index.js';
import { askHttp, initialize, TOKEN } from '../../support/parents/askHttp.js';

const PAGE = 'http://localhost:6274';

let server: HttpServing;

const serve = async (origins: readonly string[]): Promise<void> => {
  server = await serveHttp({ token: TOKEN, origins, agents: { never: { agent: () => NEVER, description: 'Never ends.' } } });
};
beforeEach(() => serve([PAGE, 'chrome-extension://abcdefgh']));
afterEach(() => server.close());

/** What a browser asks before the request of a page, which cannot bear the page's token. */
const preflight = (origin: string, method: string, headers: Readonly<Record<string, string | undefined>> = {}) => askHttp(server.port, {
  method: 'OPTIONS',
  headers: {
    'authorization': undefined, 'content-type': undefined, 'accept': '*/*', origin, 'access-control-request-method': method,
    'access-control-request-headers': 'authorization,content-type,mcp-session-id,mcp-protocol-version', ...headers,
  },
}).whole;

const listOf = (text = ''): string[] => text.toLowerCase().split(/, */);

describe('pages of named origins', () => {
  it.each(['POST', 'GET', 'DELETE'])('should be let ask for %s, without a token', async (method) => {
    const { status, headers, text } = await preflight(PAGE, method);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers['access-control-allow-origin']).toBe(PAGE);
    expect(listOf(headers['access-control-allow-methods'])).toEqual(expect.arrayContaining(['post', 'get', 'delete']));
    expect(listOf(headers['access-control-allow-headers'])).toEqual(expect.arrayContaining([
      'authorization', 'content-type', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id',
    ]));
    expect(listOf(headers.vary)).toContain('origin');
    expect(headers['access-control-allow-private-network']).toBeUndefined();
  });

  it('should be told that this machine may be asked, where the browser wants to know', async () => {
    const { headers } = await preflight(PAGE, 'POST', { 'access-control-request-private-network': 'true' });
    expect(headers['access-control-allow-private-network']).toBe('true');
  });

  it('should see their answers, and the id of their session, also where they are refused', async () => {
    const opened = await askHttp(server.port, { headers: { origin: PAGE }, body: initialize() }).whole;
    const id = opened.headers['mcp-session-id'] as string;
    const answers = [
      opened,
      await askHttp(server.port, { headers: { 'origin': PAGE, 'mcp-session-id': id }, body: '{' }).whole,
      await askHttp(server.port, { headers: { origin: PAGE, authorization: undefined }, body: initialize() }).whole,
      await askHttp(server.port, { headers: { 'origin': PAGE, 'mcp-session-id': 'gone' }, body: initialize() }).whole,
      await askHttp(server.port, { headers: { origin: PAGE }, path: '/elsewhere', body: initialize() }).whole,
      await askHttp(server.port, { method: 'DELETE', headers: { 'origin': PAGE, 'mcp-session-id': id } }).whole,
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 404, 404, 200]);
    for (const { headers } of answers) {
      expect(headers['access-control-allow-origin']).toBe(PAGE);
      expect(listOf(headers['access-control-expose-headers'])).toContain('mcp-session-id');
      expect(listOf(headers.vary)).toContain('origin');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
  });

  it('should see their stream', async () => {
    const { headers } = await askHttp(server.port, { headers: { origin: PAGE }, body: initialize() }).whole;
    const stream = askHttp(server.port, {
      method: 'GET', headers: { 'origin': PAGE, 'mcp-session-id': headers['mcp-session-id'] as string },
    });
    expect(await stream.head).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': PAGE } });
    stream.request.destroy();
  });

  it('should be let in from a scheme of its own', async () => {
    const origin = 'chrome-extension://abcdefgh';
    expect(await preflight(origin, 'POST')).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': origin } });
    expect((await askHttp(server.port, { headers: { origin }, body: initialize() }).whole).status).toBe(200);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:6275', `${PAGE}/`, `${PAGE}.evil.example`, 'http://LOCALHOST:6274'])(
    'should refuse those of %s, and say nothing that a browser takes for leave', async (origin) => {
      for (const answered of [
        await preflight(origin, 'POST'), await askHttp(server.port, { headers: { origin }, body: initialize() }).whole,
      ]) {
        expect(answered.status).toBe(403);
        expect(Object.keys(answered.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(listOf(answered.headers.vary)).toContain('origin');
      }
    },
  );

  it('should refuse a rebound name, whatever its origin', async () => {
    const host = `evil.example:${server.port}`;
    for (const origin of [PAGE, `http://${host}`]) {
      expect((await preflight(origin, 'POST', { host })).status).toBe(403);
      expect((await askHttp(server.port, { headers: { host, origin }, body: initialize() }).whole).status).toBe(403);
    }
  });

  it('should take its own name for an origin, since nobody but itself has that one', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const host = `${name}:${server.port}`;
      const { status } = await askHttp(server.port, { headers: { host, origin: `http://${host}` }, body: initialize() }).whole;
      expect(status).toBe(200);
    }
  });

  it('should be refused all of them where none is named', async () => {
    await server.close();
    await serve([]);
    expect((await preflight(PAGE, 'POST')).status).toBe(403);
    const { headers } = await askHttp(server.port, { body: initialize() }).whole;
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([]);
  });

  it('should leave OPTIONS that is no such question to the token', async () => {
    const bare = { 'access-control-request-method': undefined };
    expect((await preflight(PAGE, 'POST', bare)).status).toBe(401);
    expect((await preflight(PAGE, 'POST', { ...bare, authorization: `Bearer ${TOKEN}` })).status).toBe(405);
  });
});
