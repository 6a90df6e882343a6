import { AN_OBJECT, check, WORDS, type Kind } from '../core/check.js';
import { InvalidArgumentError } from '../core/errors.js';
import { describeValue } from '../core/describeValue.js';
import type { Launch, Sandbox } from './launch.js';

/** A list of arguments. */
export const STRINGS: Kind = [
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'), 'a list of strings', true,
];

/** What is really started: what the sandbox makes of it, where there is one. A sandbox that answers with nothing starts nothing. */
export function confine(launch: Launch, sandbox: Sandbox | undefined): Launch {
  if (sandbox === undefined) return launch;
  const confined: unknown = sandbox(launch);
  if (!AN_OBJECT[0](confined)) {
    throw new InvalidArgumentError(
      `Expected \`sandbox\` to answer with what is to be started, got ${describeValue(confined, true)}. Nothing was started.`,
    );
  }
  const { file, args, cwd, env } = confined as Launch;
  check('file of the sandbox', file, WORDS);
  check('args of the sandbox', args, STRINGS);
  check('cwd of the sandbox', cwd, WORDS);
  check('env of the sandbox', env, [AN_OBJECT[0], AN_OBJECT[1], true]);
  return confined as Launch;
}
