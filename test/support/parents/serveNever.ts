import { NEVER } from 'rxjs';
import { createSession, type Session } from '../../../src/index.js';
import { serveHttp, type HttpOptions, type HttpServing } from '../../../src/parents/mcp/index.js';
import { TOKEN } from './askHttp.js';

/** A server on this machine whose one agent never ends, the sessions of its connections, and what it said of errors. */
export interface ServedNever {
  readonly server: HttpServing;
  readonly sessions: readonly Session[];
  readonly errors: readonly Error[];
}

export async function serveNever(options: Partial<HttpOptions> = {}): Promise<ServedNever> {
  const sessions: Session[] = [];
  const errors: Error[] = [];
  const server = await serveHttp({
    token: TOKEN,
    agents: { never: { agent: () => NEVER, description: 'Never ends.' } },
    session: () => {
      const session = createSession();
      sessions.push(session);
      return session;
    },
    onError: (error) => { errors.push(error); },
    ...options,
  });
  // One was made to see that the options are right.
  sessions.length = 0;
  return { server, sessions, errors };
}
