import type { CallSettings, LanguageModel, LanguageModelUsage, ToolSet } from './aiSdk.js';

/** How a model works as an agent. */
export interface ModelOptions extends Pick<CallSettings, 'headers' | 'providerOptions' | 'temperature' | 'maxOutputTokens'> {
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
   * How often a call is tried again that could not connect, or was answered by 408, 409, 429 or 500 and more, before anything of it was
   * streamed. A pause that the provider asks for is kept; one of more than a minute fails at once. @defaultValue 2
   */
  readonly maxRetries?: number | undefined;
  /** What a step has cost, in US dollars. */
  readonly cost?: ((usage: LanguageModelUsage, modelId: string) => number) | undefined;
}
