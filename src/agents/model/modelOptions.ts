import type { OnRestart } from '../../core/agent.js';
import type { CallSettings, LanguageModel, LanguageModelUsage, ToolSet } from './aiSdk.js';

/** The SDK's own settings, each of which may be left out by `undefined`, too. */
export type ModelCallOptions = { readonly [K in keyof CallSettings]?: CallSettings[K] | undefined };

/** How a model works as an agent. */
export interface ModelOptions extends ModelCallOptions {
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
  /** The most model calls of one run. @defaultValue 20 */
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
