import type { Brief } from '../../core/brief.js';
import { check } from '../../core/check.js';
import { InvalidArgumentError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import { STRINGS } from '../../processes/confine.js';
import type { Arguments, CommandOptions } from './commandOptions.js';

const PLACE = /\{(goal|context)\}/g;

/** Whether a place for the goal stands among the arguments. */
export const takesGoal = (args: Arguments<never>): boolean =>
  typeof args === 'function' || args.some((each) => each.includes('{goal}'));

/**
 * The arguments for one brief. A place is filled within its own argument, so whatever the goal holds it stays one argument; one that would
 * begin with a dash where an option may stand is refused, because the program would read an order in it.
 */
export function argumentsOf<B extends Brief>(args: Arguments<B>, brief: B): readonly string[] {
  if (typeof args === 'function') {
    const made = args(brief);
    check('the answer of args', made, STRINGS);
    return made;
  }
  return args.map((each, n) => {
    const filled = each.replace(PLACE, (_, field: 'goal' | 'context') => brief[field] ?? '');
    if (filled.startsWith('-') && !each.startsWith('-') && !args.slice(0, n).includes('--')) {
      throw new InvalidArgumentError(
        `What stands for ${each} begins with a dash, and the program would take it for an option. Put '--' before ${each} in the `
        + 'arguments, write --name={goal}, or send the goal over stdin.',
      );
    }
    return filled;
  });
}

/** The arguments with which a program goes on. */
export function argumentsAgain<B extends Brief>(
  resume: NonNullable<CommandOptions<never, B>['resume']>, saved: Json, brief: B, how: 'restart' | 'follow_up',
): readonly string[] {
  const made = resume(saved, brief, how);
  check('the answer of resume', made, STRINGS);
  return made;
}
