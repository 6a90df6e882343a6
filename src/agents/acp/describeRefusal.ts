/** Characters of what an agent says of an error. */
const MAX = 1_000;

/** An error as the agent told it, with what it said beside, where the reason often stands. */
export function describeRefusal(error: unknown): string {
  const { message, code, data } = Object(error) as { message?: unknown; code?: unknown; data?: unknown };
  const words = typeof message === 'string' && message !== '' ? message : 'no reason was given';
  if (typeof code !== 'number') return words;
  return `${sentence(words)} (code ${code}${data == null ? '' : `, ${detailOf(data)}`})`;
}

const sentence = (words: string): string => words.slice(0, MAX).replace(/\.$/, '');

function detailOf(data: unknown): string {
  const { details } = Object(data) as { details?: unknown };
  return (typeof data === 'string' ? data : typeof details === 'string' ? details : JSON.stringify(data)).slice(0, MAX);
}
