import { randomBytes } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { serveHttp } from '../../src/parents/mcp/serveHttp.js';
import type { Figure } from './figure.js';

const CLIENTS = 1_000;

/** The official client, which closes without DELETE: each starts a task that never ends, and goes. */
export async function* seats(): AsyncGenerator<Figure, void, void> {
  const token = randomBytes(24).toString('base64url');
  let running = 0;
  const forEver = (_brief: unknown, _steering: unknown, { signal }: { readonly signal: AbortSignal }) => {
    running += 1;
    signal.addEventListener('abort', () => { running -= 1; }, { once: true });
    return new Promise<string>((_resolve, reject) => { signal.addEventListener('abort', () => { reject(new Error('ended')); }); });
  };
  const server = await serveHttp({ token, agents: { forEver: { agent: forEver, description: 'Never ends.' } } });
  let refused = 0;
  let most = 0;
  for (let n = 0; n < CLIENTS; n++) {
    const client = new Client({ name: 'passer-by', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    try {
      await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
      await client.callTool({ name: 'delegate_task_async', arguments: { goal: 'x' } });
    } catch {
      refused += 1;
    }
    await client.close();
    most = Math.max(most, running);
  }
  await server.close();
  yield {
    what: `refused of ${CLIENTS} official clients that come and go without DELETE, 16 seats`,
    seen: `${refused}`, must: '0', holds: refused === 0,
  };
  yield {
    what: 'their tasks that ran at one time, one for each client', seen: `${most}`, must: 'at most 17', holds: most <= 17,
  };
  yield { what: 'of these, running after the server was closed', seen: `${running}`, must: '0', holds: running === 0 };
}
