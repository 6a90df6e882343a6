import { readNext, type Budget, type BudgetLeft, type Spend } from '../../budget.js';
import type { AgentOutput, UsageOutput } from '../../output.js';
import type { KeptUsage } from '../../store.js';

/** What one output has spent. */
export type Amount = Partial<Record<'inputTokens' | 'outputTokens' | 'costUsd' | 'steps' | 'toolCalls', number | undefined>>;

/** A place in which something is spent. */
export interface Spender {
  /** Itself, and all above it. */
  readonly path: readonly Spender[];
  readonly budget?: Budget | undefined;
  spent?: Spent;
}

/** What was spent in a place and in all below it. */
export class Spent {
  inputTokens = 0;
  outputTokens = 0;
  costUsd = 0;
  steps = 0;
  toolCalls = 0;
  /** Whether a task of it was stopped, so that more may have been spent than was said. */
  declare isIncomplete?: boolean;
  /** Whether it was warned of what is left. */
  declare isWarned?: boolean;
  declare reserved?: Set<Spend>;

  /** What was spent in an earlier life of the session. */
  static of(usage: KeptUsage): Spent {
    const spent = new Spent();
    spent.add(usage);
    if (usage.incomplete === true) spent.isIncomplete = true;
    return spent;
  }

  get tokens(): number { return this.inputTokens + this.outputTokens; }

  add({ inputTokens = 0, outputTokens = 0, costUsd = 0, steps = 0, toolCalls = 0 }: Amount): void {
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    this.costUsd += costUsd;
    this.steps += steps;
    this.toolCalls += toolCalls;
  }

  /** What is told of it, where anything was used; without a cost as long as none was said. */
  get usage(): Omit<UsageOutput, 'type'> & { readonly incomplete?: true } | undefined {
    const { inputTokens, outputTokens, costUsd } = this;
    if (inputTokens + outputTokens + costUsd === 0) return undefined;
    return { inputTokens, outputTokens, ...costUsd > 0 && { costUsd }, ...this.isIncomplete === true && { incomplete: true } };
  }

  get kept(): KeptUsage {
    const { inputTokens, outputTokens, costUsd, steps, toolCalls } = this;
    return {
      inputTokens, outputTokens, ...costUsd > 0 && { costUsd }, ...steps > 0 && { steps }, ...toolCalls > 0 && { toolCalls },
      ...this.isIncomplete === true && { incomplete: true },
    };
  }
}

/** What an output has spent; nothing where it is of another kind. */
export function amountOf(output: AgentOutput<unknown>): Amount | undefined {
  switch (output.type) {
    case 'usage': return output;
    case 'step': return { steps: 1 };
    case 'tool': return output.state === 'started' ? { toolCalls: 1 } : undefined;
    default: return undefined;
  }
}

/** Gives a place back what was spent there in an earlier life of the session, where anything was. */
export function regain(place: Spender, usage?: KeptUsage): void {
  if (usage !== undefined) place.spent = Spent.of(usage);
  // That it was near its end was said in that life.
  if (spentOf(place, NEAR) !== undefined) place.spent!.isWarned = true;
}

const WORDS = { tokens: 'tokens', costUsd: 'US dollars', steps: 'steps', toolCalls: 'tool calls' } as const;
const FIELDS = Object.keys(WORDS) as (keyof typeof WORDS)[];

/** Dollars are added up, and 0.1 + 0.2 is to be 0.3. */
const DUST = 1 + 1e-9;

type Spends = (spent: number, limit: number, field: keyof Spend) => boolean;
/** More than there was. */
export const OVER: Spends = (spent, limit) => spent > limit * DUST;
/** So much that a task is told to come to its end. */
export const NEAR: Spends = (spent, limit) => spent * DUST >= limit * 0.8;
/** Nothing is left to do anything with; without tools something can still be done. */
export const EXHAUSTED: Spends = (spent, limit, field) => field !== 'toolCalls' && spent * DUST >= limit;

/** What of a place's budget is spent so far, as words; nothing where none is. */
export function spentOf({ budget, spent }: Spender, is: Spends): string | undefined {
  const field = budget && spent && FIELDS.find((one) => is(spent[one], budget[one] ?? Infinity, one));
  return field && `has spent ${Math.round(spent[field] * 1e6) / 1e6} ${WORDS[field]} of a budget of ${budget[field]}`;
}

/** What an agent can see of the budgets above it, and reserve. @param own - ties what lets go of a reservation to the run, if it lives */
export function budgetLeft(place: Spender, own: (release: () => void) => (() => void) | undefined): BudgetLeft {
  const purses = place.path.filter(({ budget }) => budget !== undefined);
  const leftOf = (field: keyof Spend): number => Math.min(Infinity, ...purses.map(({ budget, spent }) => {
    const reserved = [...spent?.reserved ?? []].reduce((sum, one) => sum + (one[field] ?? 0), 0);
    return Math.max(0, (budget![field] ?? Infinity) - (spent?.[field] ?? 0) - reserved);
  }));
  const has = (next: Spend): boolean => FIELDS.every((field) => {
    const left = leftOf(field);
    return next[field] === undefined ? left > 0 : !OVER(next[field], left, field);
  });
  return {
    get left() { return Object.fromEntries(FIELDS.map((field) => [field, leftOf(field)])) as unknown as Required<Spend>; },
    allows: (next) => has(readNext(next)),
    reserve(asked) {
      const next = readNext(asked);
      if (!has(next)) return undefined;
      for (const purse of purses) ((purse.spent ??= new Spent()).reserved ??= new Set()).add(next);
      return own(() => { for (const { spent } of purses) spent!.reserved!.delete(next); });
    },
  };
}
