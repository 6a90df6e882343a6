import { firstValueFrom, timer } from 'rxjs';
import { untilAborted } from '../../core/operators/untilAborted.js';
import { ModelError, type ModelFailure } from './modelError.js';
import { seconds } from './seconds.js';

/** A provider that asks for more is not waited for: whoever started the run can decide better. */
const LONGEST_PAUSE = 60_000;

/** What passes, and what is said of it where there is no status. */
const PASSING: Readonly<Partial<Record<ModelFailure, string>>> = {
  unreachable: 'The provider could not be reached',
  rate_limited: 'The provider asks for a pause',
  provider_error: 'The provider failed',
  interrupted: 'The answer broke off before its first word',
};

/**
 * Tries again what failed for a reason that passes, after the pause that the provider asks for, or else 1 s, 2 s, 4 s …
 *
 * @param mayRetry - whether nothing of the failed attempt has been streamed
 * @param say - told of each pause, since a silence would look like a hang
 */
export async function tryAgain<T>(
  attempt: () => Promise<T>,
  { maxRetries, signal, mayRetry, say }: {
    readonly maxRetries: number;
    readonly signal: AbortSignal;
    readonly mayRetry: () => boolean;
    readonly say: (words: string) => void;
  },
): Promise<T> {
  for (let retry = 1; ; retry++) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ModelError)) throw thrown;
      const what = PASSING[thrown.reason];
      if (what === undefined || signal.aborted || retry > maxRetries || !mayRetry()) throw thrown;
      const pause = thrown.retryAfter ?? 1_000 * 2 ** (retry - 1);
      if (pause > LONGEST_PAUSE) throw thrown;
      const why = thrown.statusCode === undefined ? what : `The provider answered ${thrown.statusCode}`;
      say(`${why}; trying again in ${seconds(pause)} (${retry} of ${maxRetries}).`);
      await firstValueFrom(timer(pause).pipe(untilAborted(signal)));
    }
  }
}
