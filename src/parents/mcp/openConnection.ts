import { openServer } from './openServer.js';
import type { Transport } from './sdk.js';
import type { ServeOptions } from './serveOptions.js';

/** A connection with a session of its own, which ends with it. */
export interface Connection {
  /** Settles when it is closed and its session is. */
  readonly closed: Promise<void>;
  close(this: void): Promise<void>;
}

/** Connects a transport to a server over a session of its own. However the connection ends, the session and all in it end with it. */
export async function openConnection(transport: Transport, options: ServeOptions): Promise<Connection> {
  const { session, server } = openServer(options);
  const closed = new Promise<void>((resolve) => {
    transport.onclose = () => { resolve(session.close('host_gone').then(() => undefined)); };
  });
  if (options.onError !== undefined) server.server.onerror = options.onError;
  await server.connect(transport);
  return {
    closed,
    close: async () => {
      await server.close();
      await closed;
    },
  };
}
