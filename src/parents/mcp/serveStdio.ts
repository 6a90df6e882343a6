import type { Readable, Writable } from 'node:stream';
import type { AnySchemas } from '../../tools/toolset.js';
import { openConnection } from './openConnection.js';
import { StdioServerTransport } from './sdk.js';
import type { ServeOptions, Serving } from './serveOptions.js';

/** Which streams to speak over. */
export interface StdioOptions<S = AnySchemas> extends ServeOptions<S> {
  /** @defaultValue this process's own */
  readonly stdin?: Readable | undefined;
  /** Nothing else may be written to it. @defaultValue this process's own */
  readonly stdout?: Writable | undefined;
}

/**
 * Serves the host that has started this process, over stdin and stdout, until it goes away: it ends our input, or no longer reads what we
 * write.
 *
 * ```ts
 * import { command } from 'sidestream/command';
 * import { serveStdio } from 'sidestream/mcp';
 *
 * const { closed } = await serveStdio({ agents: { tests: { agent: command('npm', ['test']), description: 'Runs the tests.' } } });
 * await closed;
 * ```
 *
 * @throws InvalidArgumentError where an option is not what it should be
 */
export async function serveStdio<S>({ stdin = process.stdin, stdout = process.stdout, ...options }: StdioOptions<S>): Promise<Serving> {
  const connection = await openConnection(new StdioServerTransport(stdin, stdout), options as ServeOptions);
  // The SDK's transport does not look at either.
  const gone = (): void => { void connection.close(); };
  stdin.once('end', gone).once('close', gone);
  stdout.once('error', gone);
  const closed = connection.closed.finally(() => {
    stdin.off('end', gone).off('close', gone);
    stdout.off('error', gone).on('error', () => undefined);
  });
  return { closed, close: connection.close, [Symbol.asyncDispose]: connection.close };
}
