import type { Watcher } from '../shared/hand.js';
import type { LanguageModel } from './sdk.js';

interface StreamPart {
  readonly type: string;
  readonly toolCallId?: string;
  readonly providerExecuted?: boolean | undefined;
  readonly error?: unknown;
}

interface Streamed {
  readonly stream: ReadableStream<StreamPart>;
}

type Call = (options: unknown) => PromiseLike<object>;

/**
 * A model that is the same, and says what became of each request. The SDK tells of a step's end only whom the call was made with; of a
 * request that failed and is tried again, nobody.
 */
export function watched(model: LanguageModel, watcher: Watcher): LanguageModel {
  // A name: but the SDK hands over the model that it stands for.
  if (typeof model === 'string') return model;
  const watch = (call: Call, then: (result: object) => object): Call => async (options) => {
    watcher.sent();
    try {
      return then(await call.call(model, options));
    } catch (error) {
      watcher.failed(error);
      throw error;
    }
  };
  return new Proxy(model, {
    get: (_, field) => {
      const value = Reflect.get(model, field, model) as unknown;
      switch (field) {
        case 'doGenerate': return watch(value as Call, (result) => {
          watcher.answered(callsOf((result as { readonly content?: readonly StreamPart[] }).content ?? []));
          return result;
        });
        case 'doStream': return watch(value as Call, (result) => (
          { ...result, stream: watchedStream((result as Streamed).stream, watcher) }
        ));
        // Bound, for models with private fields.
        default: return typeof value === 'function' ? (value as Call).bind(model) : value;
      }
    },
  });
}

/** Those that the provider answers by itself are not awaited. */
const callsOf = (parts: readonly StreamPart[]): readonly string[] => parts
  .filter(({ type, providerExecuted }) => type === 'tool-call' && providerExecuted !== true)
  .flatMap(({ toolCallId }) => toolCallId === undefined ? [] : [toolCallId]);

/** The same parts; a stream that nobody reads to its end has failed. */
function watchedStream(stream: ReadableStream<StreamPart>, watcher: Watcher): ReadableStream<StreamPart> {
  const reader = stream.getReader();
  let isOver = false;
  const over = (tell: () => void): void => {
    if (!isOver) tell();
    isOver = true;
  };
  return new ReadableStream<StreamPart>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          over(() => { watcher.failed(new Error('The answer was cut off.')); });
          controller.close();
          return;
        }
        watcher.called(callsOf([value]));
        if (value.type === 'error') over(() => { watcher.failed(value.error); });
        if (value.type === 'finish') over(() => { watcher.answered(); });
        controller.enqueue(value);
      } catch (error) {
        over(() => { watcher.failed(error); });
        controller.error(error);
      }
    },
    cancel: (reason) => {
      over(() => { watcher.failed(reason); });
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
