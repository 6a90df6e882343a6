import { InvalidArgumentError } from '../../../core/errors.js';

/** The name of the toolset that starts further agents. */
export const DELEGATION = 'delegation';

/**
 * The toolsets that a child is given: those asked for that its parent has, never more, and without the delegation tools where no generation
 * may follow.
 *
 * @throws InvalidArgumentError where nothing remains of what was asked for
 */
export function grantToolsets(asked: readonly string[] | undefined, held: readonly string[], mayDelegate: boolean): readonly string[] {
  const given = held.filter((name) => mayDelegate || name !== DELEGATION);
  if (asked === undefined) return given;
  const granted = given.filter((name) => asked.includes(name));
  if (granted.length > 0) return granted;
  const rest = given.length === 0 ? 'There are none to give: leave' : `Ask for some of: ${given.join(', ')}, or leave`;
  throw new InvalidArgumentError(`None of the toolsets asked for can be given here: ${asked.join(', ')}. ${rest} \`toolsets\` out.`);
}
