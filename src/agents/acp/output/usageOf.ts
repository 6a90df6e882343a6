import type { PromptResponse } from '@agentclientprotocol/sdk';
import { usage, type AgentOutput } from '../../../core/output.js';

/** What a turn has used. The field is not in the stable protocol yet; several agents send it all the same. */
export function usageOf(response: PromptResponse): readonly AgentOutput[] {
  const given = Object((Object(response) as { usage?: unknown }).usage) as Readonly<Record<string, unknown>>;
  const sum = (...fields: readonly string[]): number => fields.reduce((total, field) => total + amountOf(given[field]), 0);
  const inputTokens = sum('inputTokens', 'cachedReadTokens', 'cachedWriteTokens');
  const outputTokens = sum('outputTokens', 'thoughtTokens');
  return inputTokens + outputTokens === 0 ? [] : [usage({ inputTokens, outputTokens })];
}

const amountOf = (value: unknown): number => typeof value === 'number' && value >= 0 && value < Infinity ? value : 0;
