import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './readBody.js';
import type { ChatMessage, ModelRequest, Script, Turn } from './script.js';
import { streamAnswer } from './streamAnswer.js';
import { wholeAnswer } from './wholeAnswer.js';

/** One request, and what became of it. */
export interface Visit extends ModelRequest {
  /** `open` until the response has been written or the client has gone. */
  readonly state: 'open' | 'answered' | 'left';
}

/** A server on loopback that speaks chat-completions, closed by `await using`. */
export interface ModelServer extends AsyncDisposable {
  /** What to give a client as its base URL. */
  readonly url: string;
  /** Every request for a completion, in the order in which they came. */
  readonly visits: readonly Visit[];
  /** Requests that are still being answered. */
  readonly open: number;
  /** Resolves when this holds; it is looked at whenever a request comes or ends. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  readonly script: Script;
  /** What `/v1/models` names. @defaultValue `loopback` */
  readonly models?: readonly string[];
}

/**
 * Starts a server on loopback that speaks the OpenAI chat-completions protocol and answers by a script: real HTTP, no model.
 *
 * It knows `POST …/chat/completions`, streamed and whole, and `GET …/models`.
 */
export async function createModelServer({ script, models = ['loopback'] }: ModelServerOptions): Promise<ModelServer> {
  const visits: { -readonly [K in keyof Visit]: Visit[K] }[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => { for (const look of waiting) look(); };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A script that throws is a mistake of the test: say so where it can be seen.
      if (response.headersSent) response.destroy();
      else json(response, 599, { error: { message: `the script threw: ${String(error)}` } });
    });
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '', 'http://loopback').pathname;
    if (incoming.method === 'GET' && path.endsWith('/models')) {
      json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'loopback' })) });
      return;
    }
    if (incoming.method !== 'POST' || !path.endsWith('/chat/completions')) {
      json(response, 404, { error: { message: `no ${incoming.method ?? ''} ${path} here` } });
      return;
    }
    const body = Object(await readBody(incoming)) as Record<string, unknown>;
    const tools = (body['tools'] ?? []) as readonly { readonly function: { readonly name: string } }[];
    const visit: typeof visits[number] = {
      index: visits.length,
      messages: body['messages'] as readonly ChatMessage[],
      tools: tools.map((tool) => tool.function.name),
      model: String(body['model']),
      body,
      headers: incoming.headers,
      state: 'open',
    };
    visits.push(visit);
    const gone = new AbortController();
    response.once('close', () => {
      visit.state = response.writableFinished ? 'answered' : 'left';
      gone.abort();
      changed();
    });
    changed();
    await answer(response, await script(visit), visit, gone.signal);
  }

  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    visits,
    get open() {
      return visits.filter(({ state }) => state === 'open').length;
    },
    until: (holds) => new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(response: ServerResponse, turn: Turn, { model, body }: ModelRequest, gone: AbortSignal): Promise<void> {
  if ('status' in turn) {
    const { status, message = `scripted ${status}`, headers = {} } = turn;
    json(response, status, { error: { message, type: 'scripted', code: null } }, headers);
  } else if (body['stream'] === true) {
    await streamAnswer(response, turn, model, gone).catch((error: unknown) => { if (!gone.aborted) throw error; });
  } else {
    json(response, 200, await wholeAnswer(turn, model));
  }
}

function json(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
