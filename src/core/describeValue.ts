import { passes } from './passes.js';

/** A value in a few words, for the end of "Expected …, got …". Never throws, whatever the value. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string': return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
    case 'bigint': return `${value}n`;
    case 'symbol': return 'a symbol';
    case 'function': return 'a function';
    case 'object': return value === null ? 'null' : passes(value, Array.isArray) ? 'an array' : 'an object';
    default: return String(value);
  }
}
