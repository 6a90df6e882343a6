/*
 * The one file that imports the AI SDK, version 6 or 7: one step of a model, and what goes in and comes out in the SDK's own types.
 */
import * as sdk from 'ai';
import { jsonSchema, Output, streamText, type LanguageModel, type LanguageModelUsage, type ModelMessage, type ToolSet } from 'ai';
import { jsonSchemaOf } from '../../tools/calls/jsonSchemaOf.js';
import type { Toolset } from '../../tools/toolset.js';
import { hearEnd } from './failure/hearEnd.js';
import { withoutCalls } from './loop/withoutCalls.js';

export type { LanguageModel, LanguageModelUsage, ModelMessage, ToolSet } from 'ai';

/** Settings of a model call that are handed to the SDK as they are. */
export type CallSettings = Pick<
  Parameters<typeof streamText>[0],
  'headers' | 'providerOptions' | 'temperature' | 'topP' | 'topK' | 'seed' | 'stopSequences' | 'maxOutputTokens'
>;

type StreamOptions = Parameters<typeof streamText>[0];

/** What is recorded of each call, in the SDK's own form. */
export type Telemetry = NonNullable<StreamOptions['experimental_telemetry']>;
export type ToolChoice = NonNullable<StreamOptions['toolChoice']>;
/** What `Output.object(…)` and its like make. */
export type OutputForm = NonNullable<StreamOptions['output']>;
export type StopWhen = NonNullable<StreamOptions['stopWhen']>;
export type PrepareStep = NonNullable<StreamOptions['prepareStep']>;
export type Prepared = Awaited<ReturnType<PrepareStep>>;
/** What the SDK tells of a step that is over. */
export type StepRecord = Parameters<PrepareStep>[0]['steps'][number];

/** What each version of the SDK calls what it hands to tools and to `prepareStep`. */
export interface StepContexts {
  readonly experimental_context?: unknown;
  readonly runtimeContext?: Readonly<Record<string, unknown>> | undefined;
  readonly toolsContext?: Readonly<Record<string, unknown>> | undefined;
}

/** In version 7 the messages and instructions that a step was prepared with are those of the steps behind it, too. */
export const CARRIES = 'isStepCount' in sdk;

/** One model call, with the tool calls that it leads to. */
export interface StepRequest {
  readonly model: LanguageModel;
  readonly system: string | undefined;
  readonly messages: readonly ModelMessage[];
  readonly tools: ToolSet;
  readonly settings: CallSettings;
  readonly telemetry: Telemetry | undefined;
  readonly toolChoice: ToolChoice | undefined;
  readonly output: OutputForm | undefined;
  readonly contexts: StepContexts;
  /** What is other than that in this step, as `prepareStep` says it. */
  readonly prepared: Prepared;
  /** Whether no tool is called in it, whatever the model says. */
  readonly isLast: boolean;
  readonly signal: AbortSignal;
  /** The model has answered to its end; the tools that it called may still be at work. */
  readonly answered: () => void;
}

/** What happens in a step, in its order. */
export type StepPart =
  /** The provider has begun to answer. */
  | { readonly type: 'begun' }
  /** It is at work on what is not shown: it reasons, or writes the input of a tool call, or a tool is on its way. */
  | { readonly type: 'alive' }
  | { readonly type: 'text-start' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool-started'; readonly id: string; readonly name: string; readonly value: unknown;
    /** Whether the provider runs it by itself. */
    readonly foreign: boolean; }
  /** With what it answered, or the error. */
  | { readonly type: 'tool-ended'; readonly id: string; readonly name: string; readonly value: unknown }
  | { readonly type: 'finished'; readonly reason: string; readonly raw: string | undefined; readonly usage: LanguageModelUsage }
  /** What the conversation has more by this step, and the SDK's own record of it: the last part. */
  | { readonly type: 'messages'; readonly messages: readonly ModelMessage[]; readonly record: StepRecord | undefined };

/**
 * Streams one step. Throws what went wrong as the SDK reports it, and the signal's own reason after an abort.
 *
 * A step is a whole `streamText` call: the SDK's own loop is steered in two different ways in 6 and 7, and cannot try a step again without
 * those before it.
 */
export async function* streamStep(request: StepRequest): AsyncGenerator<StepPart, void, void> {
  const { model, system, messages, tools, settings, telemetry, toolChoice, output, contexts, prepared, isLast, signal, answered } = request;
  let record: StepRecord | undefined;
  const { fullStream } = streamText({
    ...settings,
    model: hearEnd(isLast ? withoutCalls(model) : model, answered),
    ...(system === undefined ? {} : { system }),
    messages: [...messages],
    tools,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(output === undefined ? {} : { output: asItComes(output) }),
    // The name of each version; neither knows the other's.
    ...(telemetry === undefined ? {} : { telemetry, experimental_telemetry: telemetry }),
    ...(contexts as object),
    ...(prepared === undefined ? {} : { prepareStep: () => prepared }),
    abortSignal: signal,
    // Retries are ours: they are said, and a provider that asks for an hour is not asked again after two seconds.
    maxRetries: 0,
    // Errors come in the stream; without this the SDK prints them.
    onError: () => undefined,
    onStepFinish: (step) => { record = step; },
  });
  for await (const part of fullStream) {
    switch (part.type) {
      case 'start-step':
        yield { type: 'begun' };
        break;
      case 'text-start':
        yield { type: 'text-start' };
        break;
      case 'text-delta':
        yield { type: 'text', text: part.text };
        break;
      case 'tool-call':
        yield {
          type: 'tool-started', id: part.toolCallId, name: part.toolName, value: part.input, foreign: part.providerExecuted === true,
        };
        break;
      case 'tool-result':
        yield part.preliminary === true
          ? { type: 'alive' }
          : { type: 'tool-ended', id: part.toolCallId, name: part.toolName, value: part.output };
        break;
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'tool-input-start':
      case 'tool-input-delta':
        yield { type: 'alive' };
        break;
      case 'tool-error':
        yield { type: 'tool-ended', id: part.toolCallId, name: part.toolName, value: asError(part.error) };
        break;
      case 'finish-step':
        yield { type: 'finished', reason: part.finishReason, raw: part.rawFinishReason, usage: part.usage };
        break;
      case 'error': throw part.error;
      case 'abort': throw signal.reason;
      default:
    }
  }
  yield { type: 'messages', messages: record?.response.messages ?? [], record };
}

/**
 * The same question to the provider, and the text as it comes. The SDK would hold back what is no JSON yet, read all of it again with each
 * token, and what does not fit is ours to say.
 */
const asItComes = (output: OutputForm): OutputForm => ({
  name: output.name,
  responseFormat: output.responseFormat,
  parseCompleteOutput: ({ text }) => Promise.resolve(text),
  parsePartialOutput: ({ text }) => Promise.resolve({ partial: text }),
  createElementStreamTransform: () => undefined,
});

/** What asks a provider for an object of this JSON schema. */
export const outputOf = (schema: object): OutputForm => Output.object({ schema: jsonSchema(schema as JsonSchema) });

/** What an answer is as the SDK reads it. Throws the SDK's own error where it does not fit. */
export const readOutput = (output: OutputForm, text: string): Promise<unknown> => output.parseCompleteOutput(
  { text },
  // What its error would tell beside the text.
  {
    response: { id: '', modelId: '', timestamp: new Date() }, finishReason: 'stop',
    usage: { inputTokens: undefined, outputTokens: undefined, totalTokens: undefined } as LanguageModelUsage,
  },
);

/** Some tools fail with a mere string. */
const asError = (thrown: unknown): Error => thrown instanceof Error ? thrown : new Error(String(thrown));

/** The tools of a toolset in the SDK's form. The input is handed over as it came, since our tools read it by themselves and never throw. */
export const asAiTools = (toolset: Toolset): ToolSet =>
  Object.fromEntries(Object.values(toolset).map((tool) => [tool.name, {
    description: tool.description,
    inputSchema: jsonSchema(jsonSchemaOf(tool.inputSchema) as JsonSchema),
    execute: (input: unknown, called?: Parameters<typeof callOf>[0]) => tool.execute(input, callOf(called)),
  }]));

/** How a tool is called: by which call, and until when somebody waits for its answer. */
const callOf = (called?: { readonly toolCallId: string; readonly abortSignal?: AbortSignal | undefined }) =>
  ({ callId: called?.toolCallId, abortSignal: called?.abortSignal });

/** The version of JSON schema that the SDK has types of. */
type JsonSchema = Exclude<Parameters<typeof jsonSchema>[0], PromiseLike<unknown> | (() => unknown)>;
