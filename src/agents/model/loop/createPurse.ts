import type { AgentContext } from '../../../core/agent.js';
import type { Spend } from '../../../core/budget.js';
import { BudgetExceededError } from '../../../core/errors.js';
import { result, type AgentOutput } from '../../../core/output.js';

/** What is kept for one call of a model while it is under way. */
export interface Reservation {
  /** Puts an output of the call out; what was used was reserved, and in front of what ends the run stands what there is of an answer. */
  put(this: void, output: AgentOutput<never>, put: (output: AgentOutput<never>) => void): void;
  release(this: void): void;
}

/** The budgets above a run, as it spends them. */
export interface Purse {
  /**
   * Keeps as much as the last call has used, and a step. @param said - the last that was said before
   *
   * @throws BudgetExceededError where that is not left: a call that would break a budget is not made
   */
  reserve(this: void, said: string | undefined): Reservation;
}

/** Of a run that calls a model step by step. */
export function createPurse(name: string, context: Pick<AgentContext, 'budget'>): Purse {
  const { budget } = context;
  let last: Spend = {};
  return {
    reserve(said) {
      // Two of them: the tokens are known when the model has answered, and the step is over when its tools have.
      const step = budget.reserve({ steps: 1, toolCalls: 0 });
      const used = step && budget.reserve({ ...last, steps: 0, toolCalls: 0 });
      if (step === undefined || used === undefined) {
        step?.();
        throw new BudgetExceededError(last.tokens === undefined
          ? `${name} was not called: nothing is left of a budget.`
          : `${name} was not called again: less is left of a budget than its last call has used.`);
      }
      let words = '';
      return {
        put(output, put) {
          if (output.type === 'text') words += output.text;
          if (output.type === 'usage') {
            used();
            const { inputTokens, outputTokens, costUsd } = output;
            last = { tokens: inputTokens + outputTokens, costUsd };
            const answer = words.trim() === '' ? said : words;
            const isLeft = budget.allows({ ...last, costUsd: costUsd ?? 0, steps: 0, toolCalls: 0 });
            if (answer !== undefined && !isLeft) put(result(answer) as never);
          }
          put(output);
        },
        release() {
          used();
          step();
        },
      };
    },
  };
}
