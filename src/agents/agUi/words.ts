import type { Field } from './readFields.js';

/** A string that says something. */
export const WORDS: Field = [(value) => typeof value === 'string' && value.trim() !== '', 'a string that is not blank'];
