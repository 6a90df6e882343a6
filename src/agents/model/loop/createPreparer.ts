import { CARRIES, type LanguageModel, type ModelMessage, type Prepared, type StepContexts, type StepRecord } from '../aiSdk.js';
import type { ModelSettings } from '../readModelOptions.js';
import type { Talk } from './createTalk.js';

/** What the developer's own functions say of a run, step by step. */
export interface Preparer {
  /** What each tool, and `prepareStep`, is handed in this step. */
  readonly contexts: StepContexts;
  /** Asks how the next step is to be. */
  prepare(this: void): Promise<PreparedStep>;
  /** A step is over. */
  stepped(this: void, record: StepRecord | undefined): void;
  /** Whether the run is to stop behind a step that has called tools. */
  isStopped(this: void): Promise<boolean>;
}

/** How one step is to be. */
export interface PreparedStep {
  readonly model: LanguageModel;
  readonly system: string | undefined;
  /** As many of the conversation's messages as `until`, or what stands for them. */
  readonly messages: readonly ModelMessage[];
  readonly until: number;
  readonly prepared: Prepared;
}

/** What `prepareStep` says in one version of the SDK or the other. */
type Said = { readonly [K in keyof NonNullable<Prepared>]?: NonNullable<Prepared>[K] } & StepContexts & {
  readonly system?: unknown;
  readonly instructions?: unknown;
};

/**
 * Calls `prepareStep` and `stopWhen` as the SDK's own loop does, with the arguments of both versions. A context that `prepareStep` answers
 * with is that of all steps from there on; with version 7 so are messages and instructions, with version 6 they are those of one step.
 */
export function createPreparer(settings: ModelSettings, talk: Talk): Preparer {
  const { model, system, prepareStep, stopWhen } = settings;
  const records: StepRecord[] = [];
  const initialMessages = [...talk.messages];
  let { contexts } = settings;
  let instructions: unknown = system;
  /** What stands for the first messages of the conversation, and for how many. */
  let carried: { readonly messages: readonly ModelMessage[]; readonly until: number } = { messages: [], until: 0 };

  return {
    get contexts() { return contexts; },
    async prepare() {
      const until = talk.messages.length;
      const messages = [...carried.messages, ...talk.messages.slice(carried.until)];
      const plain = { model, system, messages, until, prepared: undefined };
      if (prepareStep === undefined) return plain;
      const said = await prepareStep({
        model, steps: [...records], stepNumber: talk.steps, messages: [...messages],
        instructions, initialInstructions: system, initialMessages, responseMessages: records.flatMap(({ response }) => response.messages),
        runtimeContext: {}, toolsContext: {}, experimental_context: undefined, ...contexts,
      } as never) as Said | undefined;
      if (said === undefined) return instructions === system ? plain : { ...plain, prepared: { instructions } as Prepared };
      const { experimental_context, runtimeContext, toolsContext } = said;
      contexts = Object.fromEntries(Object.entries({ ...contexts, ...given({ experimental_context, runtimeContext, toolsContext }) }));
      if (CARRIES) {
        instructions = said.instructions ?? said.system ?? instructions;
        if (said.messages !== undefined) carried = { messages: said.messages, until };
      }
      const { model: other = model, messages: own = messages, ...rest } = said;
      const prepared = CARRIES && instructions !== system ? { ...rest, instructions } as Prepared : rest;
      return { model: other, system, messages: own, until, prepared };
    },
    stepped(record) {
      if (record === undefined) return;
      // Each step is a call of its own, whose first step it is.
      Object.defineProperty(record, 'stepNumber', { value: talk.steps, enumerable: true, configurable: true });
      records.push(record);
    },
    async isStopped() {
      if (stopWhen === undefined || records.length === 0) return false;
      const conditions = [stopWhen].flat() as unknown as readonly Condition[];
      for (const holds of conditions) if (await holds({ steps: [...records] })) return true;
      return false;
    },
  };
}

type Condition = (options: { readonly steps: readonly StepRecord[] }) => boolean | PromiseLike<boolean>;

const given = (fields: object): object => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
