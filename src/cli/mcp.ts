import { resolve } from 'node:path';
import type { HttpServing } from '../parents/mcp/serveHttp.js';
import type { Serving } from '../parents/mcp/serveOptions.js';
import type { AnyAgent } from '../tools/agentDefinition.js';
import { sessionOf } from './config/sessionOf.js';
import { workingAgents } from './config/workingAgents.js';
import type { Source } from './config/readSource.js';
import { doorOf, type DoorArguments } from './doorOf.js';
import { importPeer } from './importPeer.js';
import { portProblem } from './portProblem.js';
import { durableSessions } from './store/durableSessions.js';
import { storeOf } from './store/storeOf.js';

/** How `sidestream mcp` was called. */
export interface McpArguments extends DoorArguments {
  /** The file that keeps the tasks; empty for none. */
  readonly store: string | undefined;
}

/**
 * Serves the agents of a config until the host goes away, or this process is told to end.
 *
 * @param open - reads the config, where it is trusted
 * @returns the exit code: 1 where the host has not read all answers, or where another process has taken the store over
 */
export async function mcp(open: () => Promise<Source>, { store: storeFlag, ...flags }: McpArguments): Promise<number> {
  // Nothing but the protocol may be written to stdout, by whatever is loaded.
  console.log = console.info = console.debug = console.error;
  // What is wrong with the flags is said before anything is read.
  doorOf(flags, 'flags');
  const source = await open();
  const { serveHttp, serveStdio } =
    await importPeer('sidestream mcp', ['@modelcontextprotocol/sdk'], () => import('../parents/mcp/index.js'));
  const { config, agents, broken } = await workingAgents(source);
  const door = doorOf(flags, config.http);
  for (const sentence of broken) console.error(`sidestream: ${sentence} The other agents are served.`);
  const { directory, $schema: _schema, agents: _agents, session: _session, http: _http, store: _store, spill, ...serving } = config;
  const warn = (sentence: string): void => { console.error(`sidestream: ${sentence}`); };
  let served: Serving & { readonly unanswered?: number } | undefined;
  let isLost = false;
  const file = storeOf(storeFlag, config);
  const kept = file === undefined ? undefined : durableSessions(file, config, agents, {
    warn,
    lost: () => {
      isLost = true;
      void served?.close();
    },
  });
  const options = {
    ...serving,
    ...spill === undefined ? {} : { spill: resolve(directory, spill) },
    agents,
    ...kept === undefined ? { session: () => sessionOf(config) } : { session: kept.of, endsSession: door === undefined },
    onError: (error: Error) => { warn(error.message); },
  };
  try {
    const isWatched = process.stdin.isTTY;
    const opening = door === undefined ? serveStdio(options) : serveHttp({ ...options, ...door });
    served = await opening.catch((error: unknown) => {
      throw (door === undefined ? undefined : portProblem(door.port, error)) ?? error;
    });
    if (door !== undefined) warn(`serving ${(served as HttpServing).url}`);
    else if (isWatched) {
      warn(
        'waiting for an MCP host, which starts this by itself and speaks to it over stdin. For how, see sidestream init; to try '
        + 'the agents, sidestream doctor. Ctrl-C ends it.',
      );
    }

    const stop = (): void => { void served?.close(); };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // Asked a second time, it ends as any process does; what its children are then is the watchdog's business.
      process.once(signal, stop);
    }
    await served.closed;
  } finally {
    await kept?.close();
    for (const { agent } of Object.values(agents)) await (agent as AnyAgent & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
  }
  return isLost || (served.unanswered ?? 0) > 0 ? 1 : 0;
}
