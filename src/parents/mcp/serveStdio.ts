import type { Readable, Writable } from 'node:stream';
import type { AnySchemas } from '../../tools/toolset.js';
import { openConnection } from './openConnection.js';
import type { ServeOptions, Serving } from './serveOptions.js';
import { createStdioTransport } from './stdioTransport.js';

/** Which streams to speak over. */
export interface StdioOptions<S = AnySchemas> extends ServeOptions<S> {
  /** @defaultValue this process's own */
  readonly stdin?: Readable | undefined;
  /** Nothing else may be written to it. @defaultValue this process's own */
  readonly stdout?: Writable | undefined;
}

/** A server over stdin and stdout. */
export interface StdioServing extends Serving {
  /** Requests whose answer nobody has taken: once it is closed, those that never will be, because the host had gone or read no more. */
  readonly unanswered: number;
}

/** Milliseconds in which calls that do not wait are answered, after the last of them has come. */
const QUICK = 100;

/** Milliseconds for which a host that is gone, or that is told to go, may leave what is written lying. */
const PATIENCE = 30_000;
const CLOSING = 2_000;

/**
 * Serves the host that has started this process, over stdin and stdout, until it goes away: it ends our input, or no longer reads what we
 * write. Whatever it had asked by then is answered, with what a call that waits knows at that moment, and `closed` settles when the host
 * has taken the answers.
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
export async function serveStdio<S>(given: StdioOptions<S>): Promise<StdioServing> {
  const { stdin = process.stdin, stdout = process.stdout, ...options } = given;
  const stdio = createStdioTransport(stdin, stdout);
  const { onError } = options;
  const connection = await openConnection(stdio.transport, options as ServeOptions);
  let ending: Promise<void> | undefined;
  const end = (patience: number): Promise<void> => ending ??= (async () => {
    await stdio.answered(QUICK);
    // Calls that wait are answered by that, and what they wait for is ended. What goes wrong with it, `closed` says.
    if (options.endsSession !== false) connection.session.close('host_gone').catch(() => undefined);
    await stdio.drained(patience);
    const { unanswered } = stdio;
    if (unanswered > 0) onError?.(new Error(`The host has not read the answers to its last requests, ${unanswered}.`));
    await connection.close();
  })();
  // The SDK's transport does not look at these.
  const gone = (): void => { void end(PATIENCE); };
  stdin.once('end', gone).once('close', gone);
  stdout.once('error', gone);
  const closed = connection.closed.finally(() => {
    stdin.off('end', gone).off('close', gone);
    stdout.off('error', gone).on('error', () => undefined);
  });
  const close = async (): Promise<void> => {
    await end(CLOSING);
    await closed;
  };
  return { closed, close, [Symbol.asyncDispose]: close, get unanswered() { return stdio.unanswered; } };
}
