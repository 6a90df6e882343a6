/** What a refused argument is told: its name, what was expected and what came. */
export const sentence = (name: string, what: string, got: string): string => `Expected \`${name}\` to be ${what}, got ${got}.`;

export const aCount = (min: number): string => `a whole number from ${min}, or Infinity`;

export const aDuration = (min: number): string => `a number of milliseconds from ${min} to 2147483647 (for no limit, leave it out)`;

/** Values that are no count from 1, and how a refusal names them. */
export const noCounts = [
  [0, '0'], [-1, '-1'], [1.5, '1.5'], [NaN, 'NaN'], [-Infinity, '-Infinity'], ['3', '"3"'], [null, 'null'], [3n, '3n'], [true, 'true'],
] as const;

/** Values that no timer can take, and how a refusal names them. */
export const noDurations = [
  [-1, '-1'], [NaN, 'NaN'], [Infinity, 'Infinity'], [2 ** 31, '2147483648'], ['5', '"5"'], [null, 'null'], [[5], 'an array'],
  [{}, 'an object'],
] as const;
