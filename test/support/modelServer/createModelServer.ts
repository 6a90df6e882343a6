import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropic } from './anthropic.js';
import { chat } from './chat.js';
import { gemini } from './gemini.js';
import type { Protocol } from './protocol.js';
import { readBody } from './readBody.js';
import { responses } from './responses.js';
import type { ModelRequest, Script } from './script.js';
import { writeJson } from './writeJson.js';

/** One request, and what became of it. */
export interface Visit extends ModelRequest {
  /** `open` until the response has been written or the client has gone. */
  readonly state: 'open' | 'answered' | 'left';
}

/** A server on loopback that speaks what model clients speak, closed by `await using`. */
export interface ModelServer extends AsyncDisposable {
  /** What to give a client of OpenAI's as its base URL. */
  readonly url: string;
  /** What to give a client of Anthropic's. */
  readonly anthropicUrl: string;
  /** What to give a client of Gemini's. */
  readonly geminiUrl: string;
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

/** What is spoken, by the end of the path that is posted to. */
const PROTOCOLS: readonly (readonly [RegExp, Protocol])[] = [
  [/\/chat\/completions$/, chat],
  [/\/responses$/, responses],
  [/\/v1\/messages$/, anthropic],
  [/\/models\/[^/:]+:(streamGenerateContent|generateContent)$/, gemini],
];

/**
 * Starts a server on loopback that speaks OpenAI's chat-completions and Responses APIs, Anthropic's Messages API and the Gemini API, and
 * answers by a script: real HTTP, no model.
 *
 * It knows `POST …/chat/completions`, `POST …/responses` and `POST …/v1/messages`, streamed and whole, `GET …/models` and
 * `POST …/messages/count_tokens`; `POST …:streamGenerateContent`, `…:generateContent` and `…:countTokens`.
 */
export async function createModelServer({ script, models = ['loopback'] }: ModelServerOptions): Promise<ModelServer> {
  const visits: { -readonly [K in keyof Visit]: Visit[K] }[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => { for (const look of waiting) look(); };

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      // A script that throws is a mistake of the test: say so where it can be seen.
      if (response.headersSent) response.destroy();
      else writeJson(response, 599, { error: { message: `the script threw: ${String(error)}` } });
    });
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(incoming.url ?? '', 'http://loopback').pathname;
    if (incoming.method === 'GET' && path.endsWith('/models')) {
      writeJson(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'loopback' })) });
      return;
    }
    const [, protocol] = PROTOCOLS.find(([end]) => end.test(path)) ?? [];
    const counts = path.endsWith(':countTokens') || path.endsWith('/messages/count_tokens');
    if (incoming.method !== 'POST' || (protocol === undefined && !counts)) {
      writeJson(response, 404, { error: { message: `no ${incoming.method ?? ''} ${path} here` } });
      return;
    }
    const body = Object(await readBody(incoming)) as Record<string, unknown>;
    if (protocol === undefined) {
      writeJson(response, 200, { totalTokens: 100, input_tokens: 100 });
      return;
    }
    const visit: typeof visits[number] = {
      index: visits.length,
      model: /\/models\/([^/:]+):/.exec(path)?.[1] ?? String(body['model']),
      ...protocol.read(body),
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
    const turn = await script(visit);
    if ('status' in turn) {
      const { status, message = `scripted ${status}`, headers } = turn;
      writeJson(response, status, { error: { message, type: 'scripted', code: null } }, headers);
      return;
    }
    await protocol.answer(response, turn, { ...visit, path }, gone.signal).catch((error: unknown) => {
      // A client that has gone is no mistake.
      if (!gone.signal.aborted) throw error;
    });
  }

  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    anthropicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    geminiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
