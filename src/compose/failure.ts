import { AgentError, SidestreamError } from '../core/errors.js';
import { reasonOf, type End } from './alternatives.js';

/** An error of the same class as what one of them failed with, so of the same code. */
export function failureLike({ ending, error }: End, message: string): SidestreamError {
  const isOwn = error instanceof SidestreamError && ending.type === 'failed' && error.code === ending.error.code;
  return isOwn ? Reflect.construct(error.constructor, [message, { cause: error }]) as SidestreamError
    : new AgentError(message, { cause: error });
}

/** What several have failed with, each named: of the code that all of them have, if it is one. */
export function failureOfAll(what: string, ends: readonly End[]): SidestreamError {
  const message = `${what}: ${wordsOf(ends)}.`;
  const codes = new Set(ends.map(({ ending }) => ending.type === 'failed' ? ending.error.code : 'agent_error'));
  return codes.size === 1 ? failureLike(ends[0]!, message) : new AgentError(message, { cause: ends[0]?.error });
}

/** Each of them with why it has no result, and what several have in common once. */
export function wordsOf(ends: readonly End[]): string {
  const ids = new Map<string, string[]>();
  for (const { id, ending } of ends) {
    const reason = withoutDot(reasonOf(ending));
    ids.set(reason, [...ids.get(reason) ?? [], id]);
  }
  return [...ids].map(([reason, those]) => `${those.join(', ')}: ${reason}`).join('; ');
}

export const withoutDot = (sentence: string): string => sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
