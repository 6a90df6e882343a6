import { cutText } from '../../../core/cutText.js';
import { withoutSecrets } from '../../../core/withoutSecrets.js';

/** Characters of what an agent says of an error. */
const MAX = 1_000;

/** An error as the agent told it, with what it said beside, where the reason often stands. */
export function describeRefusal(error: unknown): string {
  const { message, code, data } = Object(error) as { message?: unknown; code?: unknown; data?: unknown };
  const words = typeof message === 'string' && message !== '' ? message : 'no reason was given';
  if (typeof code !== 'number') return cutText(withoutSecrets(words), MAX).text;
  return `${sentence(words)} (code ${code}${data == null ? '' : `, ${detailOf(data)}`})`;
}

const sentence = (words: string): string => cutText(withoutSecrets(words), MAX).text.replace(/\.$/, '');

function detailOf(data: unknown): string {
  const { details } = Object(data) as { details?: unknown };
  const words = typeof data === 'string' ? data : typeof details === 'string' ? details : JSON.stringify(data);
  return cutText(withoutSecrets(words), MAX).text;
}
