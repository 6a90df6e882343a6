import type { Launch } from '../launch.js';

/** Bytes that one argument or variable may have on Linux. */
const ONE = 131_072;

/** What of a launch is too long for the system, with what to do about it. */
export function tooLong({ args, env }: Pick<Launch, 'args' | 'env'>): string {
  const variables = Object.entries(env).map(([name, value]) => ({ name, bytes: Buffer.byteLength(`${name}=${value}`) + 1 }));
  const given = args.map((each) => Buffer.byteLength(each) + 1);
  const [most] = variables.sort((one, other) => other.bytes - one.bytes);
  const all = sum(variables.map(({ bytes }) => bytes));
  if (most !== undefined && most.bytes > ONE && !given.some((bytes) => bytes > ONE)) {
    return `its environment is too large for the system: \`${most.name}\` alone has ${most.bytes} bytes. `
      + 'Pass on less in `env`, or a file.';
  }
  return all > sum(given)
    ? `its environment is too large for the system (${all} bytes). Pass on fewer variables in \`env\`, or a file.`
    : 'its arguments are too long for the system. Send the goal over stdin instead.';
}

const sum = (sizes: readonly number[]): number => sizes.reduce((one, other) => one + other, 0);
