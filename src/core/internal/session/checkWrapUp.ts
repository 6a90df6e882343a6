import type { DelegateOptions } from '../../agent.js';
import type { WrapUp } from '../../budget.js';
import { check, duration, readOptions, WORDS, type Option } from '../../check.js';
import { InvalidArgumentError } from '../../errors.js';
import type { Limits } from '../../limits.js';
import type { ScopeNode } from '../task/scopeNode.js';

const WRAP_UP: Record<keyof WrapUp, Option> = { before: [undefined, duration(1)], message: [undefined, WORDS] };

/** Throws where a warning would never come, or be refused, by the limits that a task has here. */
export function checkWrapUp({ wrapUp, budget, ...own }: DelegateOptions, limits: Limits, place: ScopeNode): void {
  if (wrapUp === undefined) return;
  const { before, message } = readOptions('wrapUp', wrapUp, WRAP_UP, 'wrapUp.') as WrapUp;
  const { messageLength } = limits;
  const fits = (value: unknown): boolean => WORDS[0](value) && (value as string).length <= messageLength;
  check('wrapUp.message', message, [fits, `a string of 1 to ${messageLength} characters that is not blank`]);
  const isBudgeted = budget !== undefined || place.path.some((node) => node.budget !== undefined);
  const times = (['deadline', 'idleTimeout'] as const).flatMap((name) => {
    const time = own[name] ?? limits[name];
    return time === undefined ? [] : [[name, time] as const];
  });
  if (!isBudgeted && (before === undefined || times.length === 0)) {
    throw new InvalidArgumentError(
      'Expected a task with `wrapUp` to have a limit that it is warned of: a budget, or with `wrapUp.before` a deadline or an idleTimeout.',
    );
  }
  for (const [name, time] of times) {
    if (before === undefined || before < time) continue;
    throw new InvalidArgumentError(`Expected \`wrapUp.before\` to be less than the ${name} of ${time} ms, got ${before}.`);
  }
}
