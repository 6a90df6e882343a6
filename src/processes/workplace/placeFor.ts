import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { check, WORDS } from '../../core/check.js';
import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { isWithin } from '../sandbox/isWithin.js';

/** Where an agent's programs may work. */
export interface Places {
  readonly cwd?: string | undefined;
  readonly roots?: readonly string[] | undefined;
}

/**
 * The directory that one task works in: the agent's own, or what its brief asks for within the roots. Links are followed first, so that
 * none leads out of them.
 *
 * @throws InvalidArgumentError where it may not be had, or is none
 */
export function placeFor({ cwd = '.', roots }: Places, asked: unknown): string {
  const own = resolve(cwd);
  if (asked === undefined) return own;
  check('cwd', asked, WORDS);
  if (roots === undefined) {
    throw new InvalidArgumentError(
      `Expected no \`cwd\` in the brief, got ${describeValue(asked)}: this agent works in ${own}. Set its \`roots\` to let a task choose.`,
    );
  }
  const path = resolve(own, asked as string);
  const real = realOf(path);
  if (real === undefined) {
    throw new InvalidArgumentError(`Expected \`cwd\` to be a directory that is there, got ${describeValue(asked)}.`);
  }
  if (!roots.some((root) => isWithin(realOf(resolve(root)) ?? resolve(root), real))) {
    const where = real === path ? real : `${path}, which is ${real}`;
    throw new InvalidArgumentError(`Expected \`cwd\` to be within ${roots.map((root) => resolve(root)).join(', ')}, got ${where}.`);
  }
  return real;
}

function realOf(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}
