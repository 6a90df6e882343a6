import { A_BOOLEAN, readOptions, type Option } from '../../core/check.js';

/** How the tools are offered. */
export interface OpenaiToolsOptions {
  /**
   * Whether to ask for strict mode, in which no wrong field can come. Without it, a client's `stream()` helper also lets arguments through
   * that are no JSON, and `callTools` answers them.
   * @defaultValue true
   */
  readonly strict?: boolean | undefined;
}

const OPTIONS: Record<keyof OpenaiToolsOptions, Option> = { strict: [true, A_BOOLEAN] };

/** @returns the dialect of the schemas */
export const dialectOf = (caller: string, options: OpenaiToolsOptions): 'openai' | undefined =>
  readOptions(`the options of ${caller}`, options, OPTIONS).strict === true ? 'openai' : undefined;
