import type { AgentInputItem, CallModelInputFilter, ModelInputData } from '@openai/agents';
import type { Inbox, Sending } from '../../inbox/inbox.js';
import { sentOf } from './sentOf.js';

/** For the options of a run. */
export interface InboxRunOptions {
  callModelInputFilter: CallModelInputFilter;
}

/** What a model was told, and the item of its input behind which that stands. */
interface Told {
  readonly behind: string;
  readonly text: string;
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
 * What it was told stays in its input, in the `history` of its result and in its session. It is told when the model has answered to it, and
 * so is what the tools tell in their answers; where the run fails before, what has ended is told again, unless it stands in the input of
 * the next run. A filter of your own would take the place of this one, so let it call this one.
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
  const loop = inbox.turn({ answersUnseen: true });
  let request: Sending | undefined;
  let asked: string | undefined;

  const callModelInputFilter: CallModelInputFilter = ({ modelData: { input, ...others } }) => {
    const last = keyOf(input.at(-1));
    // Being asked for the next answer means that the one before was given; asked once more for the same, it has not been.
    if (last === asked) request?.failed();
    else request?.answered();
    asked = last;
    const ready = loop.ready(last === undefined ? undefined : sentOf(withTold(input, told)));
    const send = (): ModelInputData => {
      if (last !== undefined) {
        const news = loop.take(sentOf(withTold(input, told)));
        told.push(...news.map(({ text }): Told => ({ behind: last, text, message: { type: 'message', role: 'user', content: text } })));
      }
      const sent = withTold(input, told);
      request = loop.send(sentOf(sent));
      return { ...others, input: sent };
    };
    return ready === undefined ? send() : ready.then(send);
  };

  const over = (isAnswered: boolean): void => {
    if (isAnswered) request?.answered();
    else request?.failed();
    loop.end();
  };

  try {
    const result = await start({ callModelInputFilter });
    keepTold(result, told);
    const { completed } = Object(result) as Streamed;
    if (completed === undefined) over(true);
    else completed.then(() => { over((result as Streamed).cancelled !== true); }, () => { over(false); });
    return result;
  } catch (error) {
    over(false);
    throw error;
  }
}

const keyOf = (item: AgentInputItem | undefined): string | undefined => JSON.stringify(item);

/** The history of a result is made of the run's own items: what was told stands in it, too, so that the next turn knows of it. */
function keepTold(result: unknown, told: readonly Told[]): void {
  if (typeof result !== 'object' || result === null || !('history' in result)) return;
  let prototype: unknown = result;
  while (prototype !== null && !Object.hasOwn(prototype as object, 'history')) prototype = Object.getPrototypeOf(prototype);
  const read = (Object.getOwnPropertyDescriptor(prototype, 'history') as { readonly get?: (this: void) => unknown } | undefined)?.get;
  if (read === undefined) return;
  Object.defineProperty(result, 'history', {
    configurable: true, get: () => withTold(Reflect.apply(read, result, []) as readonly AgentInputItem[], told),
  });
}

/**
 * Each input is made anew from the run's own items; one that a server keeps has only the new ones, and the server the rest. What a session
 * has kept stands there already.
 */
function withTold(input: readonly AgentInputItem[], told: readonly Told[]): AgentInputItem[] {
  const known = new Set(sentOf(input).texts());
  const missing = told.filter(({ text }) => !known.has(text));
  if (missing.length === 0) return [...input];
  const keys = input.map(keyOf);
  const places = missing.map(({ behind, message }) => ({ at: keys.lastIndexOf(behind), message }));
  return input.flatMap((item, n) => [item, ...places.filter(({ at }) => at === n).map(({ message }) => message)]);
}
