import type { ObservableInput } from 'rxjs';
import { from, Observable } from './rx.js';
import { describeValue } from './describeValue.js';
import { InvalidArgumentError } from './errors.js';
import { passes } from './passes.js';

/** Timers take no more: Node fires anything longer after 1 ms. */
const MAX_DURATION = 2_147_483_647;

/** A test, in words what passes it, and whether it may be a secret, of which nothing is repeated. */
export type Kind = readonly [(value: unknown) => boolean, string, isSecret?: boolean];

/** What an option is when it is left out, and what it may be. */
export type Option = readonly [unknown, Kind];

/** Throws a sentence that names the argument, what was expected and what came. */
export function check(name: string, value: unknown, [is, what, isSecret]: Kind): void {
  if (!passes(value, is)) throw new InvalidArgumentError(`Expected \`${name}\` to be ${what}, got ${describeValue(value, isSecret)}.`);
}

/** Whether something has these methods. */
export const can = (value: unknown, ...methods: readonly string[]): boolean =>
  methods.every((method) => typeof (Object(value) as Record<string, unknown>)[method] === 'function');

/** A whole number from `min`, or Infinity. */
export const count = (min: number): Kind =>
  [(value) => value === Infinity || (Number.isInteger(value) && (value as number) >= min), `a whole number from ${min}, or Infinity`];

/** Milliseconds that a timer can take. */
export const duration = (min: number): Kind => [
  (value) => typeof value === 'number' && value >= min && value <= MAX_DURATION,
  `a number of milliseconds from ${min} to ${MAX_DURATION} (for no limit, leave it out)`,
];

export const WORDS: Kind = [(value) => typeof value === 'string' && value.trim() !== '', 'a string that is not blank'];
export const A_BOOLEAN: Kind = [(value) => typeof value === 'boolean', 'true or false'];
export const A_FUNCTION: Kind = [(value) => typeof value === 'function', 'a function'];
export const AN_OBJECT: Kind = [(value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'an object'];

/** What RxJS can subscribe to; a string is no stream of its characters. */
export const A_STREAM: Kind = [
  (value) => typeof value !== 'string' && from(value as ObservableInput<unknown>) instanceof Observable,
  'a task or another stream',
];

/** Whether something is a stream and nothing else: a list is one as well, but a value too. */
export const isOnlyStream = (value: unknown): boolean => passes(value, (it) =>
  (can(it, 'subscribe') || can(it, 'getReader') || Symbol.asyncIterator in Object(it)) && A_STREAM[0](it));

/** One of some words. */
export const oneOf = (...words: readonly string[]): Kind => [(value) => words.includes(value as string), words.join(' or ')];

/** By its shape, so that a signal of another realm passes. */
export const A_SIGNAL: Kind = [
  (value) => typeof (Object(value) as { aborted?: unknown }).aborted === 'boolean' && can(value, 'addEventListener', 'removeEventListener'),
  'an AbortSignal',
];

/** Reads options by a table: what is left out gets its default, and an option that is not known is refused. */
export function readOptions<O extends object>(
  name: string, options: O, table: Readonly<Record<keyof O, Option>>, prefix = '',
): Readonly<Record<keyof O, unknown>> {
  check(name, options, AN_OBJECT);
  const known = Object.entries<Option>(table);
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(table, key)) {
      throw new InvalidArgumentError(`Unknown field \`${key}\` in ${name}. Expected: ${Object.keys(table).join(', ')}.`);
    }
  }
  return Object.fromEntries(known.map(([key, [fallback, kind]]) => {
    const value = options[key as keyof O] as unknown;
    if (value !== undefined) check(prefix + key, value, kind);
    return [key, value === undefined ? fallback : value];
  })) as Record<keyof O, unknown>;
}
