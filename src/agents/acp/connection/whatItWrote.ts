import { withoutSecrets } from '../../../core/withoutSecrets.js';
import { tailOf } from '../../../core/tailOf.js';

/** As much of stderr as helps and can be read, to be put behind a sentence. */
export function whatItWrote(stderr: string, known: readonly string[]): string {
  const tail = tailOf(withoutSecrets(stderr.trim(), known).split('\n').slice(-8).join('\n'), 1_500);
  return tail === '' ? '' : ` It wrote: ${tail}`;
}
