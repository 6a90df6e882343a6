import { cutText } from '../../../core/cutText.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';

/** Characters of what an agent says of an error. */
const MAX = 1_000;

/**
 * An error as the agent told it, with what it said beside, where the reason often stands.
 *
 * @param known - secrets that must not stand in it
 */
export function describeRefusal(error: unknown, known: readonly string[] = []): string {
  const { message, code, data } = Object(error) as { message?: unknown; code?: unknown; data?: unknown };
  const words = typeof message === 'string' && message !== '' ? message : 'no reason was given';
  if (typeof code !== 'number') return cutText(withoutSecrets(words, known), MAX).text;
  return `${sentence(words, known)} (code ${code}${data == null ? '' : `, ${detailOf(data, known)}`})`;
}

const sentence = (words: string, known: readonly string[]): string => cutText(withoutSecrets(words, known), MAX).text.replace(/\.$/, '');

function detailOf(data: unknown, known: readonly string[]): string {
  const { details } = Object(data) as { details?: unknown };
  const words = typeof data === 'string' ? data : typeof details === 'string' ? details : JSON.stringify(data);
  return cutText(withoutSecrets(words, known), MAX).text;
}
