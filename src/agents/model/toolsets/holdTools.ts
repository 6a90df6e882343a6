import { NEVER } from 'rxjs';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import { plainJson } from '../../../tools/answers/text/plainJson.js';
import type { StepContexts, ToolSet } from '../aiSdk.js';
import type { NeedsApproval, Permit } from './createPermits.js';

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

/** How tools are held. */
export interface HoldOptions {
  /** The run's; a tool that answers in parts is ended by it, since the SDK would go on asking for parts. */
  readonly signal: AbortSignal;
  /** Is told of each call that is made. */
  readonly watch: CallWatch;
  /** Asks for a call before it is made, and before anybody is told of it. */
  readonly permit: Permit;
  /** What the tools are handed in the step that is on. */
  readonly contexts: () => StepContexts;
}

/** What is read of a tool, whatever its types. */
interface AnyTool {
  readonly type?: unknown;
  readonly needsApproval?: NeedsApproval | undefined;
  readonly execute?: ((...args: readonly unknown[]) => unknown) | undefined;
  readonly toModelOutput?: ((...args: readonly unknown[]) => unknown) | undefined;
}

/**
 * The same tools, with an eye on which of their calls are still running, and with answers that are plain JSON data: in version 6 of the
 * SDK a date or a NaN in the conversation makes the next step throw, and in both a bigint does. What needs an approval asks for it here:
 * the SDK would end the step, and hand the question to whoever runs its loop.
 */
export function holdTools(tools: ToolSet, { signal, watch, permit, contexts }: HoldOptions): HeldTools {
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
    const { execute, toModelOutput, needsApproval } = tool as AnyTool;
    if (execute === undefined) return [name, tool];
    // What a tool makes into words for the model by itself, it is to be given as it was.
    const read = toModelOutput === undefined ? plainAnswer : (value: unknown) => value;
    return [name, {
      ...tool,
      needsApproval: undefined,
      execute: (input: unknown, given: object) => {
        const options = { ...contextIn(contexts()), ...given };
        const permitted = permit(name, needsApproval, input, options);
        // The SDK looks for parts in what is answered at once only; of those that come later the last counts.
        return permitted === undefined ? make() : hold(permitted.then(make).then(lastOf));

        function make(): unknown {
          const { toolCallId: id } = given as { readonly toolCallId: string };
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
            const answer = execute!.call(tool, input, { ...options, abortSignal: signal });
            if (isParts(answer)) return holdParts(answer, read, ended);
            return isThenable(answer) ? hold(Promise.resolve(answer).then((value) => ended(read(value)), failed)) : ended(read(answer));
          } catch (thrown) {
            return failed(thrown);
          }
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

async function lastOf(answer: unknown): Promise<unknown> {
  if (!isParts(answer)) return answer;
  let last: unknown;
  for await (const part of answer) last = part;
  return last;
}

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
