import type { ResultBlock } from './contentOf.js';

/** A tool as the Messages API and the SDK's tool runner take it; what the runner calls is left out of a request. */
export interface AnthropicTool {
  type: 'custom';
  name: string;
  description: string;
  input_schema: { type: 'object'; properties?: unknown; required?: string[]; [keyword: string]: unknown };
  strict?: boolean;
  /** Answers with the tool's answer as JSON, and the files of a result behind it; never rejects. */
  run: (
    input: unknown, context?: { readonly signal?: AbortSignal | null | undefined; readonly toolUse?: { readonly id?: string | null } },
  ) => Promise<string | ResultBlock[]>;
  /** Hands the input on as it came: a tool validates by itself. */
  parse: (input: unknown) => unknown;
}
