import { writeCitation } from './citation.js';
import type { Finding } from './createFindings.js';

export interface AnswerParts {
  readonly words: readonly string[];
  readonly best: readonly Finding[];
  /** How it was searched: sentences for the end. */
  readonly remarks: readonly string[];
}

/**
 * The researcher's result: where to read, the places themselves, and how much of the directory that speaks for.
 *
 * It does not retell what the places say. Without a model that would be invention, and the lines speak for themselves.
 */
export function writeAnswer({ words, best, remarks }: AnswerParts): string {
  const top = best[0]?.score ?? 0;
  // What is far behind the best is noise that would only make the report longer; but two more may show how it is used.
  const good = best.filter(({ score }, rank) => rank < 3 || score >= top * 0.15).slice(0, 5);
  return [summary(words, good), ...good.map((finding) => writeCitation(finding)), ...remarks].join('\n');
}

function summary(words: readonly string[], good: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { path } of good) counts.set(path, (counts.get(path) ?? 0) + 1);
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a);
  if (first === undefined) return `Nothing found about ${words.join(', ')}.`;
  const [path, count] = first;
  if (counts.size === 1) return count === 1 ? `One place, in ${path}.` : `All in ${path}.`;
  if (second === undefined || count > second[1]) return `Mostly in ${path}, with ${count} of the ${good.length} best places.`;
  return `In several files, first of all ${path}.`;
}
