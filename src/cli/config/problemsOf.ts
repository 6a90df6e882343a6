import type { z } from 'zod';
import { describeValue } from '../../core/describeValue.js';

const TYPES: Readonly<Record<string, string>> = {
  record: 'an object', object: 'an object', array: 'a list', number: 'a number', string: 'a string',
  boolean: 'true or false',
};

/** What is wrong with a config: a line for each, with its path, what was expected, and what came. */
export const problemsOf = ({ issues }: z.ZodError): readonly string[] => issues.map((issue) => {
  const path = issue.path.length === 0 ? 'the config' : issue.path.map(String).join('.');
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message ?? issue.message : issue.message;
  const words = inner.replace(/^(Invalid \w+|Too \w+): /, '').replace(/, received .*$/, '')
    .replace(/^expected (\w+)$/, (whole, type: string) => TYPES[type] === undefined ? whole : `expected ${TYPES[type]}`)
    .replaceAll('"|"', ', ').replace(/^expected one of "(.*)"$/, 'expected one of $1');
  return `${path}: ${words}${cameOf(issue)}`;
});

function cameOf({ code, input }: z.core.$ZodIssue): string {
  // Of an object the fields say enough, and of a secret that stands where it should not, nothing is to be repeated.
  if (code === 'unrecognized_keys' || code === 'invalid_key' || typeof input === 'object') return '';
  if (code === 'custom' && typeof input === 'string') return '';
  return input === undefined ? ', got nothing' : `, got ${describeValue(input)}`;
}
