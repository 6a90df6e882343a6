import type { AgentInputItem, CallModelInputFilter } from '@openai/agents';
import type { Batch, Inbox } from '../../inbox/inbox.js';

/** For the options of a run. */
export interface InboxRunOptions {
  callModelInputFilter: CallModelInputFilter;
}

/** What a model was told, and the item of its input behind which that stands. */
interface Told {
  readonly behind: string;
  readonly message: AgentInputItem;
}

/** What of a result is looked at; a streamed one is there before the run is over. */
interface Streamed {
  readonly completed?: Promise<unknown>;
  readonly cancelled?: boolean;
}

/**
 * A run whose model is told before each of its calls what has ended.
 *
 * What it was told stays in its input until the run is over. A batch is acknowledged when the model has answered to it and comes back where
 * the run fails before. A filter of your own would take the place of this one, so let it call this one.
 *
 * ```ts
 * import { Agent, assistant, Runner, Usage } from '@openai/agents';
 * import { createSession } from 'sidestream';
 * import { openaiAgentsTools, withInbox } from 'sidestream/openai-agents';
 * import { createInbox } from 'sidestream/inbox';
 * import { createToolset } from 'sidestream/tools';
 *
 * const session = createSession();
 * const inbox = createInbox(session);
 * const toolset = createToolset(session, { agents: { echo: { agent: async ({ goal }) => goal, description: 'Repeats its goal.' } } });
 * const runner = new Runner({ tracingDisabled: true, model: { // one of yours
 *   getResponse: async ({ input }) => ({ usage: new Usage(), output: [assistant(`I was sent ${input.length} messages.`)] }),
 *   getStreamedResponse: async function* () {},
 * } });
 * await toolset.delegate_task_async.execute({ goal: 'hello' });
 * const agent = new Agent({ name: 'lead', tools: openaiAgentsTools(toolset) });
 * const { finalOutput } = await withInbox(inbox, (options) => runner.run(agent, 'Go on.', options));
 * console.log(finalOutput, inbox.waiting); // I was sent 2 messages. 0
 * ```
 */
export async function withInbox<Result>(inbox: Inbox, start: (options: InboxRunOptions) => Promise<Result>): Promise<Result> {
  const told: Told[] = [];
  let inHand: Batch | undefined;
  const settle = (how: 'acknowledge' | 'release'): void => {
    inHand?.[how]();
    inHand = undefined;
  };

  const callModelInputFilter: CallModelInputFilter = ({ modelData: { input, ...others } }) => {
    const last = keyOf(input.at(-1));
    // Being asked for the next answer means that the one before was given; asked once more for the same, it has not been.
    if (last !== undefined && last !== told.at(-1)?.behind) {
      settle('acknowledge');
      inHand = inbox.lease();
      if (inHand !== undefined) told.push({ behind: last, message: { type: 'message', role: 'user', content: inHand.text } });
    }
    return { ...others, input: withTold(input, told) };
  };

  try {
    const result = await start({ callModelInputFilter });
    const { completed } = Object(result) as Streamed;
    if (completed === undefined) settle('acknowledge');
    else {
      completed.then(
        () => { settle((result as Streamed).cancelled === true ? 'release' : 'acknowledge'); },
        () => { settle('release'); },
      );
    }
    return result;
  } catch (error) {
    settle('release');
    throw error;
  }
}

const keyOf = (item: AgentInputItem | undefined): string | undefined => JSON.stringify(item);

/** Each input is made anew from the run's own items; one that a server keeps has only the new ones, and the server the rest. */
function withTold(input: readonly AgentInputItem[], told: readonly Told[]): AgentInputItem[] {
  if (told.length === 0) return [...input];
  const keys = input.map(keyOf);
  const places = told.map(({ behind, message }) => ({ at: keys.lastIndexOf(behind), message }));
  return input.flatMap((item, n) => [item, ...places.filter(({ at }) => at === n).map(({ message }) => message)]);
}
