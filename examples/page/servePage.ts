import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Agent, Session, Task } from 'sidestream';
import { refusalOf } from './admit.js';
import { framesOf, written } from './framesOf.js';

/** Bytes that wait for a reader who is slow; it is cut off then, and comes back for the rest. */
const BEHIND = 262_144;

/** Bytes of a request. */
const BODY = 16_384;

const NOTHING = [404, { error: 'There is nothing here.' }] as const;

type Body = Readonly<Record<string, unknown>>;

/** Serves one page on this machine: who opens its URL may start, watch, answer and stop tasks. */
export async function servePage(session: Session, agent: Agent): Promise<{ readonly url: string; close(): Promise<void> }> {
  const html = await readFile(new URL('page.html', import.meta.url), 'utf8');
  const token = randomBytes(24).toString('base64url');

  /** What a `POST` does; what it answers is sent as JSON. */
  const verbs: Readonly<Record<string, (task: Task, body: Body) => object>> = {
    stop: (task) => ({ stopping: task.cancel('stopped by hand') }),
    answer: (task, { question, value }) => {
      const { answered, error } = task.answer(String(question), value);
      return { answered, error: error?.message };
    },
    decline: (task, { question }) => ({ answered: task.decline(String(question)).answered }),
  };

  function watch(task: Task, request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const last = Number(request.headers['last-event-id'] ?? -1);
    const watching = framesOf(session, task, Number.isInteger(last) ? last : -1).subscribe({
      next: (frame) => {
        response.write(written(frame));
        if (response.writableLength > BEHIND) response.destroy();
      },
      complete: () => { response.end(); },
    });
    response.once('close', () => { watching.unsubscribe(); });
  }

  /** What is answered as JSON; nothing where the request is answered already, or goes on. */
  async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<readonly [number, object] | undefined> {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isPage = method === 'GET' && pathname === '/';
    // The page has no secret: the token is in the part of its URL that no browser sends.
    const refusal = refusalOf(request, token, isPage ? token : String(headers['x-token'] ?? searchParams.get('token') ?? ''));
    if (refusal !== undefined) return [403, { error: refusal }];
    if (isPage) {
      sendPage(response);
      return undefined;
    }
    const [, tasks, id, verb = ''] = pathname.split('/');
    if (tasks !== 'tasks') return NOTHING;
    if (method === 'POST' && !(Number(headers['content-length']) <= BODY)) return [413, { error: `Expected at most ${BODY} bytes.` }];
    const body = method === 'POST' ? Object(JSON.parse(await text(request))) as Body : {};
    if (id === undefined && method === 'GET') {
      return [200, session.list().map(({ taskId, goal, status }) => ({ id: taskId, goal, status }))];
    }
    if (id === undefined && method === 'POST') {
      const { id: started, brief } = session.delegate(agent, { goal: String(body['goal']) });
      return [201, { id: started, goal: brief.goal }];
    }
    const task = session.get(id ?? '');
    if (task !== undefined && method === 'POST' && Object.hasOwn(verbs, verb)) return [200, verbs[verb]!(task, body)];
    if (task === undefined || method !== 'GET' || verb !== 'events') return NOTHING;
    watch(task, request, response);
    return undefined;
  }

  function sendPage(response: ServerResponse): void {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; `
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    }).end(html.replaceAll('NONCE', nonce));
  }

  const server = createServer((request, response) => {
    answerTo(request, response).catch((error: unknown) => [400, { error: (error as Error).message }] as const).then((answer) => {
      if (answer === undefined) return;
      const [status, body] = answer;
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
    }, () => undefined);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/#${token}`,
    close: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeIdleConnections();
      // Whoever reads too slowly for the rest has had a second for it.
      setTimeout(() => { server.closeAllConnections(); }, 1_000).unref();
    }),
  };
}
