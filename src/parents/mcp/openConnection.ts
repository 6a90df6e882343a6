import type { Session } from '../../core/session.js';
import { openServer } from './openServer.js';
import type { Transport } from './sdk.js';
import type { ServeOptions } from './serveOptions.js';

/** A connection with a session of its own, which ends with it. */
export interface Connection {
  readonly session: Session;
  /** Settles when it is closed and its session is. */
  readonly closed: Promise<void>;
  /** @param reason - why its tasks are ended. @defaultValue reason: `host_gone` */
  close(this: void, reason?: string): Promise<void>;
}

/**
 * Connects a transport to a server over a session of its own. However the connection ends, the session and all in it end with it.
 *
 * @param onEnd - told when the connection has ended, before what its session had started has
 */
export async function openConnection(transport: Transport, options: ServeOptions, onEnd?: () => void): Promise<Connection> {
  const { session, server } = openServer(options);
  let why = 'host_gone';
  const closed = new Promise<void>((resolve) => {
    transport.onclose = () => {
      onEnd?.();
      resolve(session.close(why).then(() => undefined));
    };
  });
  if (options.onError !== undefined) server.server.onerror = options.onError;
  await server.connect(transport);
  return {
    session,
    closed,
    close: async (reason = why) => {
      why = reason;
      await server.close();
      await closed;
    },
  };
}
