import * as z from 'zod';
import type { Budget } from '../../core/budget.js';
import { describeValue } from '../../core/describeValue.js';
import { plain } from '../answers/plain.js';

const amount = (name: string, what: string, is: (value: number) => boolean): z.ZodType<number | undefined> => {
  const error = ({ input }: { readonly input?: unknown }): string =>
    `Expected \`budget.${name}\` to be ${what}, got ${describeValue(input)}.`;
  return z.number({ error }).refine(is, { error }).optional();
};
const whole = (name: string): z.ZodType<number | undefined> =>
  amount(name, 'a whole number from 1', (value) => Number.isSafeInteger(value) && value > 0);

/** What a model may say of a budget. */
export interface AskedBudget {
  readonly tokens?: number | undefined;
  readonly cost_usd?: number | undefined;
  readonly steps?: number | undefined;
  readonly tool_calls?: number | undefined;
}

/** The field of the tools that start agents, where a model may give a budget. */
export const budgetField: z.ZodType<AskedBudget | undefined> = z.strictObject({
  tokens: whole('tokens'),
  cost_usd: amount('cost_usd', 'a number above 0', (value) => value > 0),
  steps: whole('steps'),
  tool_calls: whole('tool_calls'),
}).optional().describe('The most it may spend; then it is ended, with what it has.');

/** The budget that a task has, as an answer says it. */
export const budgetSchema = z.object({ tokens: z.number(), cost_usd: z.number(), steps: z.number(), tool_calls: z.number() }).partial();

/** The budget that an agent is given: a model may only lower what its definition says. */
export function budgetOf(given: Budget = {}, asked: AskedBudget = {}): Budget | undefined {
  const lowest = {
    tokens: least(given.tokens, asked.tokens),
    costUsd: least(given.costUsd, asked.cost_usd),
    steps: least(given.steps, asked.steps),
    toolCalls: least(given.toolCalls, asked.tool_calls),
  };
  const limits = Object.entries(lowest).filter(([, value]) => value < Infinity);
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}

/** The same, as an answer says it. */
export const askedOf = ({ tokens, costUsd, steps, toolCalls }: Budget): AskedBudget =>
  plain({ tokens, cost_usd: costUsd, steps, tool_calls: toolCalls });

const least = (one = Infinity, other = Infinity): number => Math.min(one, other);
