import type { z } from 'zod';
import { describeValue } from '../../core/describeValue.js';
import { meant } from './meant.js';

/** One thing that is wrong with a config. */
export interface Problem {
  /** The field that it is about, or the object where one is missing. */
  readonly path: readonly PropertyKey[];
  /** Its name in dots, what was expected, and what came. */
  readonly words: string;
  /** Where in the text it shows, where that is not where the field stands. */
  readonly at?: number;
}

const TYPES: Readonly<Record<string, string>> = {
  record: 'an object', object: 'an object', array: 'a list', number: 'a number', string: 'a string',
  boolean: 'true or false',
};

/** What is wrong with a config, as its schema says it. */
export const problemsOf = ({ issues }: z.ZodError): readonly Problem[] => issues.flatMap((issue): readonly Problem[] => {
  const name = nameOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    // The schema's own words for it are the fields that it knows.
    const known = issue.message.split(', ');
    return issue.keys.map((key) => ({
      path: [...issue.path, key], words: `${name}: unknown \`${key}\`${meant(key, known, '`')}; expected ${issue.message}`,
    }));
  }
  const inner = issue.code === 'invalid_key' ? issue.issues[0]?.message ?? issue.message : issue.message;
  const words = inner.replace(/^(Invalid \w+|Too \w+): /, '').replace(/, received .*$/, '')
    .replace(/^expected (\w+)$/, (whole, type: string) => TYPES[type] === undefined ? whole : `expected ${TYPES[type]}`)
    .replaceAll('"|"', ', ').replace(/^expected one of "(.*)"$/, 'expected one of $1');
  return [{ path: issue.path, words: `${name}: ${words}${cameOf(issue)}` }];
});

/** A field's name in dots. */
export const nameOf = (path: readonly PropertyKey[]): string => path.length === 0 ? 'the config' : path.map(String).join('.');

function cameOf(issue: z.core.$ZodIssue): string {
  const { code, input } = issue;
  if (code === 'invalid_key') return '';
  if (code === 'invalid_value' && typeof input === 'string') {
    return `, got ${describeValue(input)}${meant(input, issue.values.map(String), '`')}`;
  }
  // Of an object that is one the fields say enough, and of a secret that stands where it should not, nothing is to be repeated.
  if (code === 'custom' && (typeof input === 'string' || typeof input === 'object')) return '';
  if (code === 'invalid_union' && typeof input === 'object' && input !== null) return '';
  return input === undefined ? ', got nothing' : `, got ${describeValue(input)}`;
}
