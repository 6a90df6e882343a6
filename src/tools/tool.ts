import type { z } from 'zod';

/** The names of the tools, as in the published proposal. */
export type ToolName =
  | 'delegate_task_async' | 'check_task' | 'collect_task' | 'steer_task' | 'cancel_task' | 'list_tasks' | 'delegate_task'
  | 'wait_for_tasks' | 'answer_task';

/** A tool for a model: JSON in, JSON out. */
export interface Tool {
  readonly name: ToolName;
  /** For the model: when to use it, when not, units, what to do next. */
  readonly description: string;
  readonly inputSchema: z.ZodType;
  readonly outputSchema: z.ZodType;
  /** Validates by itself and never rejects: whatever goes wrong is an answer with `ok: false`. */
  execute(input: unknown, options?: ExecuteOptions): Promise<ToolAnswer>;
}

/** What a caller can say beside the input. */
export interface ExecuteOptions {
  /** Aborting it ends the waiting for a result, and never the task. What is aborted beforehand starts nothing. */
  readonly abortSignal?: AbortSignal | undefined;
  /**
   * What the framework calls this call. A wrapper with an inbox then sees whether a model has read the answer; without an id it counts as
   * read. The same call run again, with the same id and input, starts nothing twice.
   */
  readonly callId?: string | undefined;
  /** `false` says that the id is another one each time that a call is run, so nothing is found by it. @defaultValue true */
  readonly joins?: boolean | undefined;
  /** Seconds that the call waits at most, whatever timeout the model asks for. @defaultValue the toolset's */
  readonly maxWait?: number | undefined;
}

/** One plain JSON object. A refusal has `error`, one sentence that says what to do, and `code`. */
export interface ToolAnswer {
  readonly ok: boolean;
  readonly error?: string;
  readonly code?: string;
  readonly [field: string]: unknown;
}
