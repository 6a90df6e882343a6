import type { Session } from '../../core/session.js';
import { openServer } from './openServer.js';
import type { Transport } from './sdk.js';
import type { ServeOptions } from './serveOptions.js';

/** A connection with its session, which ends with it where `endsSession` does not say otherwise. */
export interface Connection {
  readonly session: Session;
  /** Settles when it is closed and its session is. */
  readonly closed: Promise<void>;
  /** @param reason - why its tasks are ended. @defaultValue reason: `host_gone` */
  close(this: void, reason?: string): Promise<void>;
}

/**
 * Connects a transport to a server over its session. However the connection ends, a session of its own and all in it end with it.
 *
 * @param how.onEnd - told when the connection has ended, before what its session had started has
 */
export async function openConnection(
  transport: Transport, options: ServeOptions, { key = '', onEnd }: { readonly key?: string; readonly onEnd?: () => void } = {},
): Promise<Connection> {
  const { session, server } = await openServer(options, key);
  let why = 'host_gone';
  const closed = new Promise<void>((resolve) => {
    transport.onclose = () => {
      onEnd?.();
      resolve(options.endsSession === false ? undefined : session.close(why).then(() => undefined));
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
