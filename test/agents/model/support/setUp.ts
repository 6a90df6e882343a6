import { firstValueFrom, toArray } from 'rxjs';
import { createSession, type Session, type SessionOptions, type Task, type TaskEvent } from '../../../../src/index.js';
import { model, type ModelAgent, type ModelBrief, type ModelOptions } from '../../../../src/agents/model/index.js';
import { createModelServer, type ModelServer } from '../../../support/modelServer/createModelServer.js';
import type { Script } from '../../../support/modelServer/script.js';
import { loopback } from './loopback.js';

export interface SetUp extends AsyncDisposable {
  readonly server: ModelServer;
  readonly session: Session;
  /** A model agent behind the server; not tried again, unless a test asks for it. */
  agent(options?: Partial<ModelOptions>): ModelAgent;
  start(options?: Partial<ModelOptions>, brief?: Partial<ModelBrief>): Task<string>;
}

/** A server with a script, and a session to run its models in. */
export async function setUp(script: Script, options: SessionOptions = {}): Promise<SetUp> {
  const server = await createModelServer({ script });
  const session = createSession(options);
  const agent: SetUp['agent'] = (more = {}) => model({ model: loopback(server), maxRetries: 0, ...more });
  return {
    server,
    session,
    agent,
    start: (more, brief) => session.delegate(agent(more), { goal: 'answer', ...brief }),
    [Symbol.asyncDispose]: async () => {
      await session.close();
      await server.close();
    },
  };
}

/** Every event of a task that has ended, or will. */
export const eventsOf = (task: Task): Promise<TaskEvent[]> => firstValueFrom(task.events.pipe(toArray()));
