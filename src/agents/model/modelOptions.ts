import type { OnRestart } from '../../core/agent.js';
import type { StandardSchema } from '../../core/standardSchema.js';
import type {
  CallSettings, LanguageModel, LanguageModelUsage, OutputForm, PrepareStep, StepContexts, StopWhen, Telemetry, ToolChoice, ToolSet,
} from './aiSdk.js';

/** The SDK's own settings, each of which may be left out by `undefined`, too. */
export type ModelCallOptions = { readonly [K in keyof CallSettings]?: CallSettings[K] | undefined };

/**
 * What the SDK's own loop takes, and how it holds where each step is a call of its own. What must be a step's alone, such as `onFinish`, or
 * whether and when a call is tried again, is no option here.
 */
export interface ModelStepOptions {
  /**
   * What is recorded of each call, as the SDK's `telemetry` (version 7) or `experimental_telemetry` (version 6). Handed on as it is with
   * each step, so that each is a trace of its own, and a name for them is `functionId`. @defaultValue the SDK's
   */
  readonly telemetry?: Telemetry | undefined;
  /**
   * Whether and which tool a step has to call, in each step: with `'required'` a run ends by `stopWhen`, or at `maxSteps`. Left out in a
   * run that was not given the tool, and in a last turn. For one step only say it in `prepareStep`. @defaultValue the SDK's `'auto'`
   */
  readonly toolChoice?: ToolChoice | undefined;
  /**
   * The SDK's structured output, such as `Output.object({ schema })`: asked of the provider with each step, and the result is what it
   * reads of the last text. An answer that does not fit is corrected once, as with `resultSchema`; where both are given, what it reads has
   * to fit that, too. A provider that refuses it beside tools fails the run. Children that the model starts have none. @defaultValue text
   */
  readonly output?: OutputForm | undefined;
  /**
   * Called before each step as the SDK does it, with the steps so far (of this process), their number, the model and the messages; what it
   * answers with holds for that step: `model`, `messages`, `system`, `activeTools`, `toolChoice`, settings. With version 7 its messages and
   * instructions are carried on to later steps, as there. What is kept of the conversation is what was said, not what it makes of that.
   * A step that is tried again is prepared once. In a last turn its `toolChoice` is left out. Its errors fail the run. @defaultValue none
   */
  readonly prepareStep?: PrepareStep | undefined;
  /**
   * Conditions of the SDK, such as `hasToolCall('done')`, each asked after a step that has called tools. Where one holds, the run is over
   * and has completed: with its last text, or what `resultSchema` asks for in one more turn. `maxSteps` holds beside it.
   * @defaultValue none
   */
  readonly stopWhen?: StopWhen | undefined;
  /** What each tool is handed as `experimental_context`, with either version, and `prepareStep`, which may change it. @defaultValue none */
  readonly experimental_context?: unknown;
  /** What version 7 hands to `prepareStep`, which may change it, and to telemetry. Nothing in version 6. @defaultValue none */
  readonly runtimeContext?: StepContexts['runtimeContext'];
  /** What version 7 hands to tools as `context`, by their names. Nothing in version 6. @defaultValue none */
  readonly toolsContext?: StepContexts['toolsContext'];
}

/** How a model works as an agent. */
export interface ModelOptions extends ModelCallOptions, ModelStepOptions {
  /** Any model of the AI SDK, version 6 or 7. */
  readonly model: LanguageModel;
  /** Other models by names that a brief may ask for. @defaultValue none */
  readonly models?: Readonly<Record<string, LanguageModel>> | undefined;
  /** What the agent is called in ids and events, and by the models that start it. @defaultValue `model` */
  readonly name?: string | undefined;
  /** What it is good for, for a model to choose by; see `createToolset`. */
  readonly description?: string | undefined;
  /** The system prompt. */
  readonly system?: string | undefined;
  /** Named sets of the AI SDK's tools. A brief may ask for some of them; it is given all where it does not ask. @defaultValue none */
  readonly toolsets?: Readonly<Record<string, ToolSet>> | undefined;
  /**
   * Whether it has one more toolset, `delegation`: the tools to start agents of its own kind in the background, with no more toolsets than
   * it was given itself. It is left out in the deepest generation that the session allows. @defaultValue false
   */
  readonly delegation?: boolean | undefined;
  /**
   * What the result has to be: an object of zod, or of another library with Standard Schema. The model is asked for it in its goal, by its
   * JSON schema, and by the provider's structured output where it has it beside tools. An answer that does not fit gets one more turn,
   * without tools, with what was wrong; if that does not fit either the run fails as `invalid_result`. Children that the model starts by
   * itself have none. A definition's `resultSchema` comes first. @defaultValue text
   */
  readonly resultSchema?: StandardSchema | undefined;
  /**
   * The most model calls of one run. Where it is still calling tools then, or an answer was cut off by its length, it gets one more,
   * without tools, to sum up what it has; the run fails, and has that as its `partial` result. @defaultValue 20
   */
  readonly maxSteps?: number | undefined;
  /**
   * How often a call is tried again that could not connect, was cut, or was answered by 408, 409, 429 or 500 and more, before anything of
   * it was streamed. A pause that the provider asks for is kept, by all runs of this process that ask it, and they do not come back at one
   * instant. While it waits, the task's limits of time stand still. @defaultValue 2
   */
  readonly maxRetries?: number | undefined;
  /** Milliseconds of the longest pause that is waited for; a longer one fails at once. @defaultValue 900_000, a quarter of an hour */
  readonly maxPause?: number | undefined;
  /**
   * Milliseconds until the first sign of an answer, of each request; then the run fails, as `no_answer`, and is not tried again.
   * What falls silent later is a matter of the session's `idleTimeout`. @defaultValue 120_000: a local server may have to load its model
   * first, and some providers show nothing of a long thought
   */
  readonly startTimeout?: number | undefined;
  /**
   * What becomes of a running task in a session with a store when its process has ended; a definition in a toolset, or of the session,
   * comes first. `'resume'`: it goes on from its last whole step, and what it was told up to then. A tool call that was under way is not
   * made again: the model reads that it may have happened. The conversation is saved whole with each step and each call, images and files
   * that tools answered included. @defaultValue `'interrupt'`
   */
  readonly onRestart?: OnRestart | undefined;
  /** What a step has cost, in US dollars. */
  readonly cost?: ((usage: LanguageModelUsage, modelId: string) => number) | undefined;
}
