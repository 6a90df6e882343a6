import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';

/** Throws a sentence that names the argument, what was expected and what came. */
export function expect(right: boolean, name: string, what: string, value: unknown): asserts right {
  if (!right) throw new InvalidArgumentError(`Expected \`${name}\` to be ${what}, got ${describeValue(value)}.`);
}
