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

/** Makes what one connection needs; whatever of the options is wrong is thrown. @param key - that its host names */
export async function openServer(options: ServeOptions, key: string): Promise<OpenServer> {
  const {
    session: makeSession = () => createSession(), endsSession: _ends, onError: _onError,
    agents, defaultAgent, tools, budgets, lines, spill, mayAnswer, ...rest
  } = options;
  const session = await makeSession(key);
  const toolset = createToolset(session, {
    agents, defaultAgent, tools, budgets, lines, spill, mayAnswer,
  });
  return { session, server: createMcpServer(session, toolset, rest) };
}
