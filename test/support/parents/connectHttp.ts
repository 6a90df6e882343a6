import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/** The official client, connected to a server. */
export interface Connected extends AsyncDisposable {
  readonly client: Client;
}

/** Connects the official client to one server, by the SDK's own transports over real HTTP. */
export async function connectHttp(server: McpServer, client = new Client({ name: 'spec', version: '1' })): Promise<Connected> {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => 'the-one' });
  await server.connect(transport);
  const http = createServer((request, response) => void transport.handleRequest(request, response));
  await new Promise<void>((resolve) => { http.listen(0, '127.0.0.1', resolve); });
  const { port } = http.address() as AddressInfo;
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}`)));
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.close();
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}
