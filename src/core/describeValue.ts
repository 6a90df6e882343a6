import { passes } from './passes.js';

/** As keys and tokens are: one long word with digits in it, longer than most ids of tasks. */
const LIKE_A_KEY = /^(?=\D*\d)\S{20,}$|^\w+:\/\/\S*@/;

/**
 * A value in a few words, for the end of "Expected …, got …". Never throws, whatever the value.
 *
 * @param isSecret - whether nothing of it may be repeated; of what looks like a key nothing ever is
 */
export function describeValue(value: unknown, isSecret = false): string {
  switch (typeof value) {
    case 'string': return isSecret || value.length > 40 || LIKE_A_KEY.test(value)
      ? `a string of ${value.length} characters` : JSON.stringify(value);
    case 'number': return isSecret ? 'a number' : String(value);
    case 'bigint': return `${value}n`;
    case 'symbol': return 'a symbol';
    case 'function': return 'a function';
    case 'object': return value === null ? 'null' : passes(value, Array.isArray) ? 'an array' : 'an object';
    default: return String(value);
  }
}
