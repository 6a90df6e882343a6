import { describeValue } from '../../../core/describeValue.js';
import { InvalidArgumentError } from '../../../core/errors.js';
import { usage, type UsageOutput } from '../../../core/output.js';
import type { LanguageModelUsage } from '../aiSdk.js';
import type { ModelOptions } from '../modelOptions.js';

/** What a step has used, and cost where somebody says what; nothing where the provider does not tell. */
export function usageOf(used: LanguageModelUsage, model: string, cost: ModelOptions['cost']): UsageOutput | undefined {
  const { inputTokens, outputTokens } = used;
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  const tokens = { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
  if (cost === undefined) return usage(tokens);
  const costUsd = cost(used, model);
  if (!(costUsd >= 0 && costUsd < Infinity)) {
    throw new InvalidArgumentError(`Expected \`cost\` to answer a number of US dollars from 0, got ${describeValue(costUsd)}.`);
  }
  return usage({ ...tokens, costUsd });
}
