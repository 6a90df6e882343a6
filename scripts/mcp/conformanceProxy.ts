import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The suite cannot bear a token, so something between it and the server does; all else goes through as it is. */
export interface ConformanceProxy extends AsyncDisposable {
  readonly url: string;
  /** What the suite has asked for that is no part of a server by itself; `undefined` where it has asked for nothing of the kind. */
  wanted(this: void, scenario: string): string | undefined;
}

/** Methods of capabilities that our server does not announce: it has no resources, no prompts and no completions. */
const NOT_ANNOUNCED = /^(resources|prompts|completion)\//;

/** Tools, by name, that the suite expects a server to be equipped with. */
const FIXTURE = /^test_/;

/** Scenarios that look for a tool of theirs in the list, and do not call it. */
const LISTED: Readonly<Record<string, string>> = { 'json-schema-2020-12': 'tool json_schema_2020_12_tool' };

/** Stands between the suite and a server on this machine, adds the token, and notes what is asked for. */
export async function conformanceProxy(port: number, token: string): Promise<ConformanceProxy> {
  const wants = new Set<string>();
  const note = (body: string): void => {
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return;
    }
    for (const message of Array.isArray(json) ? json as unknown[] : [json]) {
      const { method, params } = Object(message) as { readonly method?: string; readonly params?: { readonly name?: string } };
      if (method !== undefined && NOT_ANNOUNCED.test(method)) wants.add(method);
      if (method === 'tools/call' && FIXTURE.test(params?.name ?? '')) wants.add(`tool ${params!.name}`);
    }
  };
  const proxy = createServer((asked, answer) => {
    const ours = String((proxy.address() as AddressInfo).port);
    // The server looks at the port in these; a name that is not this machine's stays what it is.
    const moved = (value: string | undefined): string | undefined => value?.replace(new RegExp(`:${ours}$`), `:${port}`);
    const headers = { ...asked.headers, host: moved(asked.headers.host), authorization: `Bearer ${token}` };
    if (asked.headers.origin !== undefined) headers.origin = moved(asked.headers.origin);
    const sent = request({ host: '127.0.0.1', port, path: asked.url, method: asked.method, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode!, answered.headers);
      answered.pipe(answer);
      answered.once('error', () => { answer.destroy(); });
    });
    sent.once('error', () => { answer.destroy(); });
    answer.once('close', () => { sent.destroy(); });
    let body = '';
    asked.on('data', (chunk: Buffer) => { body += chunk.toString('utf8'); }).once('end', () => { note(body); });
    asked.pipe(sent);
  });
  await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}/mcp`,
    wanted: (scenario) => {
      const all = [...wants, ...scenario in LISTED ? [LISTED[scenario]!] : []];
      return all.length === 0 ? undefined : all.join(', ');
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => {
      proxy.close(() => { resolve(); });
      proxy.closeAllConnections();
    }),
  };
}
