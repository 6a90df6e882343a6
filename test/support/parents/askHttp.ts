import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

/** The token of servers in specs. */
export const TOKEN = 'a-token-of-32-characters-or-more';

/** A request, written by hand because clients see to it that headers are right. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  /** Beside the usual ones; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** A message, or a text as it is. */
  readonly body?: object | string;
}

/** An answer, as far as it has come. */
export interface Asking {
  readonly request: ClientRequest;
  /** Settles at the head of the answer. */
  readonly head: Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }>;
  /** Settles with all of it; rejects where it is cut. */
  readonly whole: Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }>;
  text(): string;
}

/** Asks a server on this machine over a connection of its own. */
export function askHttp(port: number, { method = 'POST', path = '/mcp', headers = {}, body }: Asked): Asking {
  const usual = {
    'authorization': `Bearer ${TOKEN}`, 'content-type': 'application/json', 'accept': 'application/json, text/event-stream',
  };
  const all = Object.fromEntries(Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== undefined));
  const sent = request({ host: '127.0.0.1', port, method, path, headers: all as Record<string, string>, agent: false });
  let text = '';
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('error', reject).once('response', resolve);
  });
  const head = answered.then(({ statusCode, headers: given }) => ({ status: statusCode!, headers: given }));
  const whole = answered.then((response) => new Promise<void>((resolve, reject) => {
    response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk; });
    response.once('end', resolve).once('error', reject);
  })).then(async () => ({ ...await head, text }));
  for (const promise of [head, whole]) promise.catch(() => undefined);
  sent.end(typeof body === 'object' ? JSON.stringify(body) : body);
  return { request: sent, head, whole, text: () => text };
}

/** The messages in a text of server-sent events, each with its id. */
export const eventsIn = (text: string): readonly { readonly id?: string; readonly message?: Record<string, unknown> }[] =>
  text.split('\n\n').filter((block) => /^(id|data|event):/m.test(block)).map((block) => {
    const [, id] = /^id: (.*)$/m.exec(block) ?? [];
    const [, data = ''] = /^data: (.*)$/m.exec(block) ?? [];
    return { ...id === undefined ? {} : { id }, ...data.trim() === '' ? {} : { message: JSON.parse(data) as Record<string, unknown> } };
  });

export const initialize = (protocolVersion = '2025-11-25', capabilities: object = {}): object => ({
  jsonrpc: '2.0', id: 'init', method: 'initialize',
  params: { protocolVersion, capabilities, clientInfo: { name: 'spec', version: '1' } },
});
