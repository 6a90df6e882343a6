import type { z } from 'zod';
import { A_SIGNAL, check } from '../../core/check.js';
import { readInput } from './readInput.js';
import { refusalOf } from '../answers/refusalOf.js';
import type { Call } from '../hearing/tell.js';
import type { ExecuteOptions, Tool, ToolAnswer, ToolName } from '../tool.js';

/** What a tool is made of. */
export interface ToolParts<S extends z.ZodType, I> {
  readonly name: ToolName;
  readonly description: string;
  readonly inputSchema: S;
  readonly outputSchema: z.ZodType;
  /** Reads the input, where it takes more than the schema. */
  readonly read?: (input: unknown) => I;
  /** Throws what is to be refused. */
  readonly run: (input: I, signal: AbortSignal | undefined, call: Call) => ToolAnswer | Promise<ToolAnswer>;
}

/** Makes a tool that validates its input and turns whatever is thrown into an answer. */
export function defineTool<S extends z.ZodType, I = z.output<S>>({
  name, description, inputSchema, outputSchema, read = (input) => readInput(inputSchema, input) as I, run,
}: ToolParts<S, I>): Tool {
  return Object.freeze({
    name,
    description,
    inputSchema,
    outputSchema,
    execute: async (input, options) => {
      try {
        const signal = signalOf(options);
        return await run(read(input), signal, { callId: options?.callId, signal });
      } catch (error) {
        return refusalOf(error);
      }
    },
  } satisfies Tool);
}

function signalOf(options: ExecuteOptions | undefined): AbortSignal | undefined {
  const signal = options?.abortSignal ?? undefined;
  if (signal !== undefined) check('abortSignal', signal, A_SIGNAL);
  return signal;
}
