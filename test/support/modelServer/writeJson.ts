import type { ServerResponse } from 'node:http';

/** A whole response of JSON. */
export function writeJson(
  response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
