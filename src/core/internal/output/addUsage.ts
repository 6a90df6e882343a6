import type { UsageOutput } from '../../output.js';

type Amounts = Omit<UsageOutput, 'type'>;

/** The sum of what was used; without a cost as long as none was said. */
export function addUsage(sum: Amounts | undefined, { inputTokens, outputTokens, costUsd = 0 }: Amounts): Amounts {
  const cost = (sum?.costUsd ?? 0) + costUsd;
  const tokens = { inputTokens: (sum?.inputTokens ?? 0) + inputTokens, outputTokens: (sum?.outputTokens ?? 0) + outputTokens };
  return cost > 0 ? { ...tokens, costUsd: cost } : tokens;
}
