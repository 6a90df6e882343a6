import { overStream } from '../loop/overStream.js';
import { hasAnswered } from './checkEnd.js';

/** What is read of a part of a model's stream; the reason is a word in the older form of the protocol, and two words in the newer. */
interface Part {
  readonly type: string;
  readonly providerExecuted?: boolean;
  readonly finishReason?: string | { readonly unified?: string; readonly raw?: string };
}

/**
 * The same model, with a word when it has answered to its end. The SDK tells of that only when the tools that were called have answered
 * too, and one of them may wait for long.
 */
export const hearEnd = <M extends string | object>(model: M, answered: () => void): M =>
  overStream<Part, M>(model, () => listening(answered));

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
