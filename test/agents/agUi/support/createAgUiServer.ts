import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RunAgentInput } from '@ag-ui/client';

/** One request, and what became of it. */
export interface Visit {
  readonly input: RunAgentInput;
  readonly headers: IncomingHttpHeaders;
  /** `open` until it has been answered or the client has gone. */
  state: 'open' | 'answered' | 'left';
}

/** How a request is answered. */
export interface Reply {
  /** Sends an event as a frame of `text/event-stream`. */
  send(event: object): void;
  /** Sends anything else, as it is. */
  raw(words: string): void;
  end(): void;
  /** Answers with a status and no events. */
  refuse(status: number, body: string, type?: string): void;
  /** Breaks the connection. */
  cut(): void;
  /** Called when the client has gone before the end. */
  onLeft(left: () => void): void;
}

/** A server on loopback that speaks AG-UI, closed by `await using`. */
export interface AgUiServer extends AsyncDisposable {
  readonly url: string;
  readonly visits: readonly Visit[];
  readonly open: number;
  /** Resolves when this holds; it is looked at whenever a request comes or ends. */
  until(holds: () => boolean): Promise<void>;
}

/** Starts a server on loopback that answers AG-UI's `POST` by a script: real HTTP, no model. */
export async function createAgUiServer(answer: (input: RunAgentInput, reply: Reply) => void): Promise<AgUiServer> {
  const visits: Visit[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => { for (const look of waiting) look(); };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const visit: Visit = { input: JSON.parse(body) as RunAgentInput, headers: request.headers, state: 'open' };
      visits.push(visit);
      changed();
      response.on('close', () => {
        visit.state = response.writableEnded ? 'answered' : 'left';
        changed();
      });
      answer(visit.input, replyOf(response));
    }, () => undefined);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`,
    visits,
    get open() { return visits.filter(({ state }) => state === 'open').length; },
    until: (holds) => new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    }),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
  };
}

function replyOf(response: ServerResponse): Reply {
  const raw = (words: string): void => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(words);
  };
  return {
    raw,
    send: (event) => { raw(`data: ${JSON.stringify(event)}\n\n`); },
    end: () => { response.end(); },
    refuse: (status, body, type = 'text/plain') => { response.writeHead(status, { 'content-type': type }).end(body); },
    cut: () => { response.destroy(); },
    onLeft: (left) => {
      response.on('close', () => {
        if (!response.writableEnded) left();
      });
    },
  };
}
