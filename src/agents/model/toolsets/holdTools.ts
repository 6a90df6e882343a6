import { NEVER } from 'rxjs';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import { plainJson } from '../../../tools/answers/text/plainJson.js';
import type { StepContexts, ToolSet } from '../aiSdk.js';

/** Tools, and what of their work is still going on. */
export interface HeldTools {
  readonly tools: ToolSet;
  /** Resolves when all calls have settled. A tool need not obey its signal, and the SDK does not wait for it. */
  readonly settled: () => Promise<void>;
}

/** Who is told of calls: before each of them, and what it has answered or thrown. */
export interface CallWatch {
  called(id: string, name: string, input: unknown): void;
  ended(id: string, answer: unknown): void;
}

/** What is read of a tool, whatever its types. */
interface AnyTool {
  readonly execute?: ((...args: readonly unknown[]) => unknown) | undefined;
  readonly toModelOutput?: ((...args: readonly unknown[]) => unknown) | undefined;
}

/**
 * The same tools, with an eye on which of their calls are still running, and with answers that are plain JSON data: in version 6 of the
 * SDK a date or a NaN in the conversation makes the next step throw, and in both a bigint does.
 *
 * @param watch - told of each call
 * @param signal - the run's; a tool that answers in parts is ended by it, since the SDK would go on asking for parts
 * @param contexts - what the tools are handed in the step that is on
 */
export function holdTools(tools: ToolSet, signal: AbortSignal, watch: CallWatch, contexts: () => StepContexts): HeldTools {
  const running = new Set<Promise<unknown>>();

  function hold<T>(call: Promise<T>): Promise<T> {
    const end = (): void => { running.delete(call); };
    running.add(call);
    call.then(end, end);
    return call;
  }

  function holdParts(
    source: AsyncIterable<unknown>, read: (part: unknown) => unknown, ended: (last: unknown) => void,
  ): AsyncIterable<unknown> {
    let end = (): void => undefined;
    void hold(new Promise<void>((resolve) => { end = resolve; }));
    const parts = relay(source, read);
    const stop = (): void => { void parts.return().then(end, end); };
    const watching = NEVER.pipe(untilAborted(signal)).subscribe({ error: stop });
    async function* relay(...[from, as]: [typeof source, typeof read]): AsyncGenerator<unknown, void, void> {
      let last: unknown;
      try {
        for await (const part of from) {
          last = as(part);
          yield last;
        }
        ended(last);
      } finally {
        watching.unsubscribe();
        end();
      }
    }
    return parts;
  }

  const held = Object.entries(tools).map(([name, tool]) => {
    const { execute, toModelOutput } = tool as AnyTool;
    if (execute === undefined) return [name, tool];
    // What a tool makes into words for the model by itself, it is to be given as it was.
    const read = toModelOutput === undefined ? plainAnswer : (value: unknown) => value;
    return [name, {
      ...tool,
      execute: (input: unknown, options: object) => {
        const { toolCallId: id } = options as { readonly toolCallId: string };
        const ended = <T>(answer: T): T => {
          watch.ended(id, answer);
          return answer;
        };
        const failed = (thrown: unknown): never => {
          watch.ended(id, thrown instanceof Error ? thrown : new Error(String(thrown)));
          throw thrown;
        };
        watch.called(id, name, input);
        try {
          // The signal of a step is gone with the step; what a tool leaves running lives as long as the run.
          const answer = execute.call(tool, input, { ...contextIn(contexts()), ...options, abortSignal: signal });
          if (isParts(answer)) return holdParts(answer, read, ended);
          return isThenable(answer) ? hold(Promise.resolve(answer).then((value) => ended(read(value)), failed)) : ended(read(answer));
        } catch (thrown) {
          return failed(thrown);
        }
      },
      ...(toModelOutput === undefined ? {} : {
        toModelOutput: async (...args: readonly unknown[]) => plainOutput(await toModelOutput.apply(tool, [...args])),
      }),
    }];
  });
  return {
    tools: Object.fromEntries(held) as ToolSet,
    settled: async () => { while (running.size > 0) await Promise.allSettled(running); },
  };
}

/** Version 7 hands it on no more. */
const contextIn = ({ experimental_context }: StepContexts): object => experimental_context === undefined ? {} : { experimental_context };

const plainAnswer = (value: unknown): unknown => typeof value === 'string' ? value : plainJson(value);

/** What a tool tells the model in the SDK's own form. */
function plainOutput(output: unknown): unknown {
  const { type, value } = Object(output) as { readonly type?: unknown; readonly value?: unknown };
  return type === 'json' || type === 'error-json' ? { ...output as object, value: plainJson(value) ?? null } : output;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (Object(value) as Partial<PromiseLike<unknown>>).then === 'function';

const isParts = (value: unknown): value is AsyncIterable<unknown> =>
  typeof (Object(value) as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
