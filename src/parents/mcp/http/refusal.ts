import type { ServerResponse } from 'node:http';

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Refuses a request in the protocol's own form. What is still to come of the request is not waited for: the connection is closed. */
export function refuse(response: ServerResponse, { status, message, headers = {} }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ jsonrpc: '2.0', error: { code: status === 404 ? -32_001 : -32_000, message }, id: null });
  const isWhole = response.req.complete;
  response.writeHead(status, { 'content-type': 'application/json', ...isWhole ? {} : { connection: 'close' }, ...headers });
  response.end(body);
}
