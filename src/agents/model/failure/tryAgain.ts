import type { Gate } from './gateOf.js';
import { ModelError, type ModelFailure } from './modelError.js';
import { seconds } from './seconds.js';

/** Milliseconds over which those who wait for the same pause are spread at most. */
const WIDEST_SPREAD = 10_000;

const ASKED = 'The provider asks for a pause';

/** What passes, and what is said of it where there is no status. */
const PASSING: Readonly<Partial<Record<ModelFailure, string>>> = {
  unreachable: 'The provider could not be reached',
  rate_limited: ASKED,
  provider_error: 'The provider failed',
  interrupted: 'The answer broke off before its first word',
};

/** How something is tried again. */
export interface Patience {
  readonly maxRetries: number;
  /** A longer pause is not waited for: whoever started the run can decide better. */
  readonly maxPause: number;
  readonly signal: AbortSignal;
  /** Waits so many milliseconds; rejects where the run is stopped. */
  readonly pause: (time: number, why: string) => Promise<void>;
  /** Whether nothing of the failed attempt has been streamed. */
  readonly mayRetry: () => boolean;
  /** Told of each pause, since a silence would look like a hang. */
  readonly say: (words: string) => void;
  readonly gate: Gate;
  /** From 0 up to 1. @defaultValue `Math.random` */
  readonly random?: (() => number) | undefined;
}

/**
 * Tries again what failed for a reason that passes, after the pause that the provider asks for, or else 1 s, 2 s, 4 s …, and up to as much
 * more by chance: those who failed together do not come back together. While a provider has asked one for a pause, the others wait, too.
 *
 * ```
 * one    ──x(429)········──again
 * two    ───x(429)·········───again
 * three  ──────────first ask·····──asks
 * gate     ├────closed────┤
 * ```
 */
export async function tryAgain<T>(
  attempt: () => Promise<T>, { maxRetries, maxPause, signal, pause: waitFor, mayRetry, say, gate, random = Math.random }: Patience,
): Promise<T> {
  const wait = async (pause: number, why: string, words: (time: string) => string): Promise<void> => {
    const time = pause + random() * Math.min(pause, WIDEST_SPREAD);
    say(words(seconds(time)));
    await waitFor(time, why);
  };
  for (let retry = 1; ; retry++) {
    // Whoever came first may be asked for another.
    for (let { left } = gate; left > 0; { left } = gate) {
      if (left > maxPause) {
        const words = `The provider has asked for a pause of ${seconds(left)}. Try again then, or raise \`maxPause\`.`;
        throw new ModelError('rate_limited', words, { retryAfter: left });
      }
      await wait(left, ASKED, (time) => `The provider has asked for a pause; going on in ${time}.`);
    }
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ModelError)) throw thrown;
      const { reason, statusCode, retryAfter } = thrown;
      const what = PASSING[reason];
      const pause = retryAfter ?? 1_000 * 2 ** (retry - 1);
      if (what === undefined || pause > maxPause) throw thrown;
      if (reason === 'rate_limited' || retryAfter !== undefined) gate.close(pause);
      if (signal.aborted || retry > maxRetries || !mayRetry()) throw thrown;
      const why = statusCode === undefined ? what : `The provider answered ${statusCode}`;
      await wait(Math.max(pause, gate.left), what, (time) => `${why}; trying again in ${time} (${retry} of ${maxRetries}).`);
    }
  }
}
