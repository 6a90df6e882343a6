import { createSession, type Session } from '../../core/session.js';
import { createToolset } from '../../tools/toolset.js';
import { createMcpServer } from './createMcpServer.js';
import type { McpServer } from './sdk.js';
import type { ServeOptions } from './serveOptions.js';

/** A session with its toolset and the server of that, for one connection. */
export interface OpenServer {
  readonly session: Session;
  readonly server: McpServer;
}

/** Makes what one connection needs; whatever of the options is wrong is thrown. */
export function openServer(options: ServeOptions): OpenServer {
  const { session: makeSession = () => createSession(), onError: _, agents, defaultAgent, tools, lines, ...rest } = options;
  const session = makeSession();
  return { session, server: createMcpServer(session, createToolset(session, { agents, defaultAgent, tools, lines }), rest) };
}
