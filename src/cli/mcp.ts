import type { HttpServing } from '../parents/mcp/serveHttp.js';
import type { AnyAgent } from '../tools/agentDefinition.js';
import { sessionOf } from './config/sessionOf.js';
import { workingAgents } from './config/workingAgents.js';
import type { Source } from './config/readSource.js';
import { doorOf, type DoorArguments } from './doorOf.js';
import { importPeer } from './importPeer.js';
import { portProblem } from './portProblem.js';

/**
 * Serves the agents of a config until the host goes away, or this process is told to end.
 *
 * @param open - reads the config, where it is trusted
 * @returns the exit code: 1 where the host has not read all answers
 */
export async function mcp(open: () => Promise<Source>, flags: DoorArguments): Promise<number> {
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
  const { directory: _directory, $schema: _schema, agents: _agents, session: _session, http: _http, ...serving } = config;
  const options = {
    ...serving,
    agents,
    session: () => sessionOf(config),
    onError: (error: Error) => { console.error(`sidestream: ${error.message}`); },
  };
  const isWatched = process.stdin.isTTY;
  const opening = door === undefined ? serveStdio(options) : serveHttp({ ...options, ...door });
  const served = await opening.catch((error: unknown) => {
    throw (door === undefined ? undefined : portProblem(door.port, error)) ?? error;
  });
  if (door !== undefined) console.error(`sidestream: serving ${(served as HttpServing).url}`);
  else if (isWatched) {
    console.error(
      'sidestream: waiting for an MCP host, which starts this by itself and speaks to it over stdin. For how, see sidestream init; to try '
      + 'the agents, sidestream doctor. Ctrl-C ends it.',
    );
  }

  const stop = (): void => { void served.close(); };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Asked a second time, it ends as any process does; what its children are then is the watchdog's business.
    process.once(signal, stop);
  }
  await served.closed;
  for (const { agent } of Object.values(agents)) await (agent as AnyAgent & Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
  return 'unanswered' in served && served.unanswered > 0 ? 1 : 0;
}
