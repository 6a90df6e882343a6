import { overStream } from './overStream.js';

/** What is read of a part of a model's stream; see `hearEnd` for its reason. */
interface Part {
  readonly type: string;
  readonly finishReason?: string | { readonly unified?: string; readonly raw?: string };
}

/**
 * The same model, where it calls no tool: some servers do not know that this was asked for, and the SDK takes a call then for a failure of
 * the whole answer.
 */
export const withoutCalls = <M extends string | object>(model: M): M => overStream<Part, M>(model, () => new TransformStream({
  transform: (part, controller) => {
    if (part.type === 'tool-call' || part.type.startsWith('tool-input-')) return;
    const { finishReason: reason } = part;
    const ended = typeof reason === 'object'
      ? reason.unified === 'tool-calls' ? { ...reason, unified: 'stop' } : reason
      : reason === 'tool-calls' ? 'stop' : reason;
    controller.enqueue(part.type === 'finish' ? { ...part, finishReason: ended! } : part);
  },
}));
