import { createSession } from '../core/session.js';
import type { HttpServing } from '../parents/mcp/serveHttp.js';
import type { AnyAgent } from '../tools/agentDefinition.js';
import { CliError } from './cliError.js';
import { workingAgents } from './config/workingAgents.js';
import { readSource } from './config/readSource.js';
import { importPeer } from './importPeer.js';
import { portProblem } from './portProblem.js';

/** How `sidestream mcp` was called. */
export interface McpArguments {
  readonly config: string;
  readonly http: string | undefined;
  /** The name of the variable that holds the token. */
  readonly tokenEnv: string | undefined;
}

/** Serves the agents of a config until the host goes away, or this process is told to end. */
export async function mcp({ config: path, http, tokenEnv }: McpArguments): Promise<void> {
  // Nothing but the protocol may be written to stdout, by whatever is loaded.
  console.log = console.info = console.debug = console.error;
  const door = http === undefined ? undefined : doorOf(http, tokenEnv);
  if (http === undefined && tokenEnv !== undefined) throw new CliError('Expected --http with --token-env: over stdio there is no token.');
  const source = await readSource(path);
  const { serveHttp, serveStdio } =
    await importPeer('sidestream mcp', ['@modelcontextprotocol/sdk'], () => import('../parents/mcp/index.js'));
  const { config, agents, broken } = await workingAgents(source);
  for (const sentence of broken) console.error(`sidestream: ${sentence} The other agents are served.`);
  const options = {
    agents,
    defaultAgent: config.defaultAgent,
    maxWait: config.maxWait,
    session: () => createSession(config.session),
    onError: (error: Error) => { console.error(`sidestream: ${error.message}`); },
  };
  const serving = door === undefined ? await serveStdio(options) : await serveHttp({ ...options, ...door }).catch((error: unknown) => {
    throw portProblem(door.port, error) ?? error;
  });
  if (door !== undefined) console.error(`sidestream: serving ${(serving as HttpServing).url}`);

  const stop = (): void => { void serving.close(); };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Asked a second time, it ends as any process does; what its children are then is the watchdog's business.
    process.once(signal, stop);
  }
  await serving.closed;
  for (const { agent } of Object.values(agents)) await (agent as AnyAgent & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
}

/** Where to serve over HTTP, and to whom. */
function doorOf(http: string, tokenEnv: string | undefined): { readonly port: number; readonly token: string } {
  const port = Number(http);
  if (!/^\d+$/.test(http) || port > 65_535) throw new CliError(`Expected --http to be a port from 0 to 65535, got ${http}.`);
  if (tokenEnv === undefined) throw new CliError('Expected --token-env NAME with --http: the variable with the token to bear.');
  const token = process.env[tokenEnv] ?? '';
  if (token === '') throw new CliError(`The variable ${tokenEnv} (--token-env) is not set. A token: openssl rand -hex 32`);
  return { port, token };
}
