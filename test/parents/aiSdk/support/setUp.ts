import { generateText, stepCountIs, streamText, type ModelMessage } from 'ai';
import { createSession, type Session } from '../../../../src/index.js';
import { aiSteps, aiTools, type AiSteps, type AiStepsOptions } from '../../../../src/parents/aiSdk/index.js';
import { createInbox, type Inbox } from '../../../../src/inbox/index.js';
import { createToolset, type Toolset } from '../../../../src/tools/index.js';
import { createModelServer, type ModelServer } from '../../../support/modelServer/createModelServer.js';
import type { ModelRequest, Script, Turn } from '../../../support/modelServer/script.js';
import { loopback } from '../../../agents/model/support/loopback.js';
import { turns } from '../../../support/turns.js';

/** Which of the SDK's loops. */
export type Way = 'generateText' | 'streamText';

export interface SetUp extends AsyncDisposable {
  readonly session: Session;
  readonly inbox: Inbox;
  readonly toolset: Toolset;
  readonly server: ModelServer;
  readonly steps: AiSteps;
  /** Ends at once, with its goal. */
  end(goal: string): Promise<void>;
  ask(way: Way, call?: Call): Promise<Asked>;
}

export interface Call {
  readonly messages?: ModelMessage[];
  readonly signal?: AbortSignal;
  readonly maxRetries?: number;
  readonly prepareStep?: AiSteps;
}

export interface Asked {
  readonly text: string;
  readonly steps: Parameters<AiSteps['history']>[0];
}

const PROMPT: ModelMessage[] = [{ role: 'user', content: 'Go on.' }];

/** A parent of the AI SDK with an inbox, and its model. */
export async function setUp(
  script: (request: ModelRequest, own: SetUp) => Turn | Promise<Turn>, options: AiStepsOptions = {},
): Promise<SetUp> {
  const session = createSession();
  const play: Script = (request) => script(request, own);
  const server = await createModelServer({ script: play });
  const inbox = createInbox(session);
  const toolset = createToolset(session, {
    agents: { listener: { agent: (_, steering) => steering, description: 'Says what it is told, until it is cancelled.' } },
  });
  const steps = aiSteps(inbox, options);
  const own: SetUp = {
    session,
    inbox,
    toolset,
    server,
    steps,
    end: async (goal) => {
      session.delegate(() => [`${goal} is done`], { goal });
      await turns();
    },
    ask: async (way, { messages = PROMPT, signal, maxRetries = 0, prepareStep = steps } = {}) => {
      const call = {
        model: loopback(server), messages, tools: aiTools(toolset), prepareStep, maxRetries, stopWhen: stepCountIs(20),
        ...signal === undefined ? {} : { abortSignal: signal },
      };
      if (way === 'generateText') return generateText(call);
      const result = streamText({ ...call, onError: () => undefined });
      const [text, all] = await Promise.all([result.text, result.steps]);
      return { text, steps: all };
    },
    [Symbol.asyncDispose]: async () => {
      await session.close();
      await server.close();
    },
  };
  return own;
}
