/** What a steering message asks of the researcher. */
export type SteeringWord =
  | { readonly type: 'only'; readonly pattern: string }
  | { readonly type: 'skip'; readonly pattern: string }
  | { readonly type: 'enough' }
  | { readonly type: 'unknown'; readonly text: string };

/** What the researcher says when it is told something that it cannot follow. */
export const steeringHelp = 'only PATTERN, skip PATTERN, enough (a PATTERN is a glob, or a part of a path)';

/**
 * Reads a steering message.
 *
 * Strict about the first word and lenient about the rest: an operator types `Only: "src/*.ts"` as readily as
 * `only src/*.ts`, but a researcher that guesses what an unknown sentence meant would be worse than one that asks.
 */
export function readSteering(text: string): SteeringWord {
  const [, word, rest] = /^\s*(only|skip|enough)\b\s*:?\s*(.*?)\s*$/isu.exec(text) ?? [];
  const pattern = (rest ?? '').replace(/^(["'`])(.*)\1$/s, '$2').replace(/^\.?\//, '').trim();
  const type = word?.toLowerCase();
  if ((type === 'only' || type === 'skip') && pattern !== '') return { type, pattern };
  if (type === 'enough' && /^[.!]*$/.test(pattern)) return { type };
  return { type: 'unknown', text: text.trim() };
}
