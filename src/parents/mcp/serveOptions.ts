import type { Session } from '../../core/session.js';
import type { AnySchemas, ToolsetOptions } from '../../tools/toolset.js';
import type { McpOptions } from './mcpOptions.js';

/** Whom hosts may start, each within a session of its own. */
export interface ServeOptions<S = AnySchemas> extends Omit<ToolsetOptions<S>, 'maxWait' | 'inbox'>, McpOptions {
  /** Makes the session of a connection; it is closed when its host goes away. @defaultValue `createSession()` */
  readonly session?: (() => Session) | undefined;
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
