import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { admit } from './http/admit.js';
import { readHttpOptions, type HttpOptions } from './httpOptions.js';
import { createHttpSessions } from './http/httpSessions.js';
import { openServer } from './openServer.js';
import { readBody } from './http/readBody.js';
import { refuse } from './http/refusal.js';
import type { Serving } from './serveOptions.js';

/** A server over HTTP. */
export interface HttpServing extends Serving {
  /** Where it is, for the config of a host. */
  readonly url: string;
  readonly port: number;
}

/**
 * Serves hosts on this machine over Streamable HTTP: on 127.0.0.1 only, to whoever bears the token, each connection with a session of its
 * own that ends with it: by DELETE, when nobody has been there for `sessionTimeout`, or when all seats are taken and another host needs the
 * one that was idle for longest. A host that loses a stream on its way can have the rest of it (`Last-Event-ID`). With `endsSession: false`
 * a session goes on without its connections; which one a host is given, the `key` in its URL decides.
 *
 * ```ts
 * import { randomBytes } from 'node:crypto';
 * import { command } from 'sidestream/command';
 * import { serveHttp } from 'sidestream/mcp';
 *
 * const token = randomBytes(24).toString('base64url'); // or of your own, from the environment
 * const tests = { agent: command('npm', ['test']), description: 'Runs the tests.' };
 * const server = await serveHttp({ token, agents: { tests } });
 * console.log(new URL(server.url).hostname, new URL(server.url).pathname); // 127.0.0.1 /mcp
 * await server.close();
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export async function serveHttp<S>(options: HttpOptions<S>): Promise<HttpServing> {
  const settings = readHttpOptions(options as HttpOptions);
  const { http, serve } = settings;
  // What is wrong with the options is said now, and not to the first host.
  await openServer(serve, '');
  const sessions = createHttpSessions(settings);
  const admissionOf = admit(http);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, refusal, preflight } = admissionOf(request);
    for (const [name, value] of Object.entries({ ...headers, ...preflight })) response.setHeader(name, value);
    if (preflight !== undefined) {
      response.writeHead(204).end();
      return;
    }
    if (refusal !== undefined) {
      refuse(response, refusal);
      return;
    }
    const body = request.method === 'POST' ? await readBody(request, http) : { json: undefined };
    if ('refusal' in body) refuse(response, body.refusal);
    else await sessions.handle(request, response, body.json);
  }

  const limits = {
    headersTimeout: http.bodyTimeout, connectionsCheckingInterval: Math.min(http.bodyTimeout, 1_000), requestTimeout: 0,
    maxHeaderSize: 16_384,
    // A peer that has vanished without a word is found out, and its stream no longer counts as somebody who listens.
    keepAlive: true, keepAliveInitialDelay: 30_000,
  };
  const server = createServer(limits, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      serve.onError?.(error instanceof Error ? error : new Error(String(error)));
      refuse(response, { status: 500, message: 'The server failed at this request.' });
    });
  });
  // Where the client is told to go ahead only after its head was looked at, a body that would be refused is not even sent.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (admissionOf(request).refusal === undefined) response.writeContinue();
    server.emit('request', request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(http.port, '127.0.0.1', () => { resolve(); });
  });

  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  let isClosed!: (until: Promise<void>) => void;
  const closed = new Promise<void>((resolve) => { isClosed = resolve; });
  const end = async (): Promise<void> => {
    const done = new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    await sessions.closeAll();
    server.closeAllConnections();
    await done;
  };
  const close = (): Promise<void> => {
    if (closing === undefined) isClosed(closing = end());
    return closing;
  };
  return { url: `http://127.0.0.1:${port}/mcp`, port, closed, close, [Symbol.asyncDispose]: close };
}
