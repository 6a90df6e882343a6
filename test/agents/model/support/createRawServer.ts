import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that answers whatever a test wants, closed by `await using`. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: number;
}

/** Starts a server that need not speak what models speak. */
export async function createRawServer(answer: RequestListener): Promise<RawServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get requests() { return requests; },
    [Symbol.asyncDispose]: () => new Promise((resolve) => {
      server.close(() => { resolve(); });
      server.closeAllConnections();
    }),
  };
}
