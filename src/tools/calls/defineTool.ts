import type { z } from 'zod';
import { A_SIGNAL, check, type Kind } from '../../core/check.js';
import { readInput } from './readInput.js';
import { refusalOf } from '../answers/refusalOf.js';
import type { ExecuteOptions, Tool, ToolAnswer, ToolName } from '../tool.js';

/** What the caller of a tool says beside the input. */
export interface Call {
  readonly signal: AbortSignal | undefined;
  /** What the framework calls the call. */
  readonly callId: string | undefined;
  /** Whether the same call, run again, has the same id. */
  readonly joins: boolean;
  /** Seconds. */
  readonly maxWait: number | undefined;
}

/** What a tool is made of. */
export interface ToolParts<S extends z.ZodType, I> {
  readonly name: ToolName;
  readonly description: string;
  readonly inputSchema: S;
  readonly outputSchema: z.ZodType;
  /** Reads the input, where it takes more than the schema. */
  readonly read?: (input: unknown) => I;
  /** Throws what is to be refused. */
  readonly run: (input: I, call: Call) => ToolAnswer | Promise<ToolAnswer>;
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
        return await run(read(input), callOf(options));
      } catch (error) {
        return refusalOf(error);
      }
    },
  } satisfies Tool);
}

/** A wait that a timer can take. */
export const SECONDS: Kind = [(value) => typeof value === 'number' && value > 0 && value <= 2_000_000, 'a number of seconds above 0'];

function callOf({ abortSignal, callId, joins = true, maxWait }: ExecuteOptions = {}): Call {
  if (abortSignal != null) check('abortSignal', abortSignal, A_SIGNAL);
  if (maxWait !== undefined) check('maxWait', maxWait, SECONDS);
  return { signal: abortSignal ?? undefined, callId, joins, maxWait };
}
