import type { StandardSchema } from '../../core/standardSchema.js';
import type { OutputForm } from './aiSdk.js';
import { createModelAgent } from './createModelAgent.js';
import { DELEGATION } from './toolsets/grantToolsets.js';
import type { ModelAgent } from './modelAgent.js';
import type { ModelOptions } from './modelOptions.js';
import { readModelOptions } from './readModelOptions.js';

/**
 * An agent that is a model with tools, by way of the AI SDK (`ai` 6 or 7): any provider.
 *
 * It works in steps, each of them one model call and the tool calls that come of it, until it answers without calling a tool; that answer
 * is its result. It puts out text token by token, tool calls, and after each step its usage. Steering messages reach it between two steps.
 * Unsubscribing closes the HTTP request.
 *
 * ```
 * steering  ────────────s─────────────
 * output    ─t─t─tool─usage─step─t─t─usage─step─result|
 * ```
 *
 * ```ts
 * import { simulateReadableStream } from 'ai';
 * import { MockLanguageModelV3 } from 'ai/test';
 * import { collect, createSession } from 'sidestream';
 * import { model } from 'sidestream/model';
 *
 * const usage = { inputTokens: { total: 9 }, outputTokens: { total: 2 } };
 * const mock = new MockLanguageModelV3({
 *   doStream: async () => ({
 *     stream: simulateReadableStream({
 *       chunks: [
 *         { type: 'text-start', id: '1' },
 *         { type: 'text-delta', id: '1', delta: 'Four' },
 *         { type: 'text-delta', id: '1', delta: '.' },
 *         { type: 'text-end', id: '1' },
 *         { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage },
 *       ] as never,
 *     }),
 *   }),
 * });
 * const task = createSession().delegate(model({ model: mock }), { goal: 'What is two and two?' });
 * console.log(await collect(task)); // Four.
 * console.log(task.snapshot().usage); // { inputTokens: 9, outputTokens: 2 }
 * ```
 *
 * It fails with a {@link ModelError} whose `reason` tells a refused key from a rate limit, an empty answer, a stop by length and the rest;
 * none of these is ever an answer.
 *
 * @throws InvalidArgumentError where an option is not what it should be
 * @see ModelOptions for the toolsets, and what a brief may ask for
 */
export function model<R>(options: ModelOptions & Typed<R>): ModelAgent<R>;
export function model(options: ModelOptions): ModelAgent;
export function model(options: ModelOptions): ModelAgent {
  const settings = readModelOptions(options);
  return createModelAgent(settings, [...Object.keys(settings.toolsets), ...(settings.delegation ? [DELEGATION] : [])]);
}

/** What says of which type the result is: a schema, or else a form of the SDK's `Output`. */
type Typed<R> = { readonly resultSchema: StandardSchema<R> } | { readonly resultSchema?: undefined; readonly output: OutputOf<R> };

/** A form of the SDK's `Output` that reads results of this type. */
type OutputOf<R> = OutputForm & { readonly parseCompleteOutput: (...given: Parameters<OutputForm['parseCompleteOutput']>) => Promise<R> };
