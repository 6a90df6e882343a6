import type { TokenUsage } from '@ag-ui/client';
import type { UsageOutput } from '../../../core/output.js';

/** Counts beyond this do not survive JSON, and AG-UI refuses them. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Adds up usage as AG-UI counts it, in whole tokens. */
export function sumUsage() {
  let input = 0;
  let output = 0;
  let any = false;
  return {
    add({ inputTokens, outputTokens }: Pick<UsageOutput, 'inputTokens' | 'outputTokens'>): void {
      any = true;
      input += inputTokens;
      output += outputTokens;
    },
    get total(): { readonly usage?: TokenUsage[] } {
      const [inputTokens, outputTokens, totalTokens] = [input, output, input + output].map((n) => Math.min(Math.round(n), MOST));
      return any ? { usage: [{ inputTokens: inputTokens!, outputTokens: outputTokens!, totalTokens: totalTokens! }] } : {};
    },
  };
}
