import type { Session } from '../../core/session.js';
import type { AnySchemas, ToolsetOptions } from '../../tools/toolset.js';
import type { McpOptions } from './mcpOptions.js';

/** Whom hosts may start, and within which session. */
export interface ServeOptions<S = AnySchemas> extends Omit<ToolsetOptions<S>, 'maxWait' | 'inbox'>, McpOptions {
  /**
   * Makes the session of a connection. Over HTTP it is given the `key` that the URL of a host names (`/mcp?key=…`), which stays the same
   * where connections come and go, or an empty string. @defaultValue `createSession()`
   */
  readonly session?: ((key: string) => Session | Promise<Session>) | undefined;
  /**
   * Whether a session is closed when its host goes away. Where it is not, as one with a store that several connections have one after the
   * other, its tasks go on, and whoever has made it closes it. @defaultValue true
   */
  readonly endsSession?: boolean | undefined;
  /** Told of what goes wrong with a connection, such as a message that is no JSON. @defaultValue nobody */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A server that serves until its host goes away, or it is closed. */
export interface Serving extends AsyncDisposable {
  /** Settles when it serves no more and everything that its hosts had started is stopped, or has been given up. */
  readonly closed: Promise<void>;
  /** Ends it: every connection, its session, and the children in it. */
  close(this: void): Promise<void>;
}
