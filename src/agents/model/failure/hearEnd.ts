import { hasAnswered } from './checkEnd.js';

/** What is read of a part of a model's stream; the reason is a word in the older form of the protocol, and two words in the newer. */
interface Part {
  readonly type: string;
  readonly providerExecuted?: boolean;
  readonly finishReason?: string | { readonly unified?: string; readonly raw?: string };
}

type Stream = (options: unknown) => PromiseLike<{ readonly stream: ReadableStream<Part> }>;

/**
 * The same model, with a word when it has answered to its end. The SDK tells of that only when the tools that were called have answered
 * too, and one of them may wait for long.
 */
export function hearEnd<M extends string | object>(model: M, answered: () => void): M {
  // A name, of which the SDK makes a model by itself.
  if (typeof model === 'string') return model;
  return new Proxy(model as M & object, {
    get: (_, field) => {
      const value = Reflect.get(model, field, model) as unknown;
      // Bound, for models with private fields.
      if (field !== 'doStream') return typeof value === 'function' ? (value as () => unknown).bind(model) : value;
      return async (options: unknown) => {
        const result = await (value as Stream).call(model, options);
        return { ...result, stream: result.stream.pipeThrough(listening(answered)) };
      };
    },
  });
}

function listening(answered: () => void): TransformStream<Part, Part> {
  let calls = false;
  let broken = false;
  return new TransformStream<Part, Part>({
    transform: (part, controller) => {
      if (part.type === 'error') broken = true;
      if (part.type === 'tool-call' && part.providerExecuted !== true) calls = true;
      if (part.type === 'finish' && !broken) {
        const { finishReason: reason } = part;
        const end = typeof reason === 'object' ? { reason: reason.unified, raw: reason.raw } : { reason, raw: undefined };
        if (hasAnswered({ ...end, calls })) answered();
      }
      controller.enqueue(part);
    },
  });
}
