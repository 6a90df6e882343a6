import type { Answer } from './printer.js';

/** A field of an answer, if it is a text; otherwise an empty one. */
export function textOf(answer: Answer, field: string): string {
  const value = answer[field];
  return typeof value === 'string' ? value : '';
}
