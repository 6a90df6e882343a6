import { check, count, readOptions, WORDS, type Kind, type Option } from './check.js';
import { InvalidArgumentError } from './errors.js';

/** What is spent, may be, or is left. */
export interface Spend {
  /** Input and output tokens together. */
  readonly tokens?: number | undefined;
  /** US dollars, as far as agents say what something cost. */
  readonly costUsd?: number | undefined;
  /** Steps, as agents say them: of a model its calls. */
  readonly steps?: number | undefined;
  /** Tool calls that were started. */
  readonly toolCalls?: number | undefined;
}

/** The most that may be spent in one place of a session and in all below it; what is left out has no limit. */
export type Budget = Spend;

/** How a task is warned before a limit ends it. */
export interface WrapUp {
  /** Milliseconds before its deadline, once, and before its idle timeout, once in each silence. @defaultValue of a budget only: at 80 % */
  readonly before?: number | undefined;
  /** What is steered in. */
  readonly message: string;
}

/** What a task waits for that is not its own work. */
export interface WaitingFor {
  readonly reason: string;
  /** Milliseconds since 1970, where it is known when that is over. */
  readonly until?: number | undefined;
}

/** What is left of the budgets above a run: those of its task, and of each place above it. */
export interface BudgetLeft {
  /** `Infinity` where there is no limit. What others have reserved is not left. */
  readonly left: Required<Spend>;
  /** Whether so much is left; of what `next` does not name, whether anything is. */
  allows(this: void, next?: Spend): boolean;
  /**
   * Keeps so much from all others until what it answers with is called, or the run ends; nothing where it is not left. What is really
   * spent is said by outputs, as always.
   */
  reserve(this: void, next?: Spend): (() => void) | undefined;
}

const AMOUNT: Kind = [(value) => typeof value === 'number' && value >= 0, 'a number from 0'];
const MONEY: Kind = [(value) => typeof value === 'number' && value > 0, 'a number above 0'];

const amounts = (some: Kind, money: Kind): Record<keyof Spend, Option> => ({
  tokens: [undefined, some], costUsd: [undefined, money], steps: [undefined, some], toolCalls: [undefined, some],
});
const BUDGET = amounts(count(1), MONEY);
const NEXT = amounts(AMOUNT, AMOUNT);
const WAITING: Record<keyof WaitingFor, Option> = {
  reason: [undefined, WORDS], until: [undefined, [Number.isFinite, 'a number of milliseconds since 1970']],
};

export function readBudget(budget: Budget | undefined): Budget | undefined {
  if (budget === undefined) return undefined;
  const read = readOptions('budget', budget, BUDGET, 'budget.') as Budget;
  if (Object.values(read).every((amount) => amount === undefined)) {
    throw new InvalidArgumentError(`Expected \`budget\` to have at least one of ${Object.keys(BUDGET).join(', ')}, got none.`);
  }
  return read;
}

export const readNext = (next: Spend = {}): Spend => readOptions('what is to be spent', next, NEXT) as Spend;

export function readWaiting(why: WaitingFor): WaitingFor {
  const { reason, until } = readOptions('what is waited for', why, WAITING) as unknown as WaitingFor;
  check('reason', reason, WORDS);
  return { reason, ...until !== undefined && { until } };
}
